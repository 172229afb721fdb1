# What is installed works from where it was installed to.
set(install_flags "")
if(SD_SANITIZE)
  set(install_flags "-fsanitize=address,undefined")
endif()
add_test(NAME install COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cli/install.sh" "${CMAKE_BINARY_DIR}"
  "${CMAKE_CURRENT_SOURCE_DIR}/cli/consumer.c" "${CMAKE_C_COMPILER}" "${PROJECT_VERSION}"
  "${install_flags}")

# Transcripts: every tests/cli/*.sh that has nothing else to do is run by run.sh.
add_executable(pictures cli/pictures.c)
target_link_libraries(pictures PRIVATE sd_tests)
add_library(batch_faults MODULE cli/batch_faults.c)
target_link_libraries(batch_faults PRIVATE ${CMAKE_DL_LIBS})
add_library(write_faults MODULE cli/write_faults.c)
target_link_libraries(write_faults PRIVATE ${CMAKE_DL_LIBS})
add_library(hostile_decoder MODULE cli/hostile_decoder.c)
target_link_libraries(hostile_decoder PRIVATE PkgConfig::PNG ${CMAKE_DL_LIBS})
add_executable(with_card cli/with_card.c)
target_link_libraries(with_card PRIVATE scene)
file(GLOB transcripts CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/cli/*.sh")
# One thread each: ctest runs several at once, and threads that wait for a busy core spin.
foreach(transcript IN LISTS transcripts)
  get_filename_component(name "${transcript}" NAME_WE)
  if(name MATCHES "^(run|words|install)$")
    continue()
  endif()
  add_test(NAME cli_${name} COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cli/run.sh" "${transcript}")
  set_tests_properties(cli_${name} PROPERTIES TIMEOUT 900 SKIP_RETURN_CODE 77 ENVIRONMENT
    "OMP_NUM_THREADS=1;PATH=$<TARGET_FILE_DIR:scardelta>:$<TARGET_FILE_DIR:pictures>:$ENV{PATH};samples=${CMAKE_SOURCE_DIR}/samples;photos=${SD_PHOTOS};model=${SD_MODEL_DIR}/face_mesh_solution_packed_assets.data;LC_ALL=C;LSAN_OPTIONS=print_suppressions=0:suppressions='${CMAKE_CURRENT_SOURCE_DIR}/lsan.supp'")
endforeach()

# The sample job of samples/slurm.sbatch under a real Slurm.
add_test(NAME slurm COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/slurm/slurm.sh"
  "${CMAKE_SOURCE_DIR}/samples/slurm.sbatch")
set_tests_properties(slurm PROPERTIES TIMEOUT 900 SKIP_RETURN_CODE 77 ENVIRONMENT
  "OMP_NUM_THREADS=1;PATH=$<TARGET_FILE_DIR:scardelta>:$<TARGET_FILE_DIR:pictures>:$ENV{PATH};SCARDELTA_MODELS=${SD_MODEL_DIR}/face_mesh_solution_packed_assets.data;LSAN_OPTIONS=print_suppressions=0:suppressions='${CMAKE_CURRENT_SOURCE_DIR}/lsan.supp'")

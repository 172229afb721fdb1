# `cmake --build build --target bench` prints what a comparison costs. Only a Release build says much.
set(SD_BENCH_BEFORE "${CMAKE_SOURCE_DIR}/samples/before.jpg" CACHE FILEPATH "First photo of the bench")
set(SD_BENCH_AFTER "${CMAKE_SOURCE_DIR}/samples/12-weeks.jpg" CACHE FILEPATH "Second photo of the bench")
add_executable(bench_floor EXCLUDE_FROM_ALL bench/floor.c)
add_executable(bench_measure EXCLUDE_FROM_ALL bench/measure.c)
target_link_libraries(bench_floor PRIVATE sd_build PkgConfig::JPEG)
target_link_libraries(bench_measure PRIVATE sd_build)
add_custom_target(bench
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/bench/bench.sh" $<TARGET_FILE:scardelta>
    $<TARGET_FILE:bench_measure> $<TARGET_FILE:bench_floor> "${SD_BENCH_BEFORE}" "${SD_BENCH_AFTER}"
  DEPENDS scardelta bench_floor bench_measure USES_TERMINAL VERBATIM)

# `cmake --build build --target bench_registration`: against OpenCV, where python3-opencv is there.
add_executable(registration_pairs EXCLUDE_FROM_ALL bench/registration_pairs.c)
target_link_libraries(registration_pairs PRIVATE scene)
add_custom_target(bench_registration
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/bench/registration.sh" $<TARGET_FILE:scardelta>
    $<TARGET_FILE:registration_pairs> "${SD_MODEL_DIR}/face_mesh_solution_packed_assets.data"
  DEPENDS scardelta registration_pairs USES_TERMINAL VERBATIM)

# `cmake --build build --target bench_planning`: listing an archive of a million files.
add_custom_target(bench_planning
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/bench/planning.sh" $<TARGET_FILE:scardelta>
  DEPENDS scardelta USES_TERMINAL VERBATIM)

# `cmake --build build --target bench_resume`: a batch of a thousand finished subjects, run again.
add_custom_target(bench_resume
  COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/bench/resume.sh" $<TARGET_FILE:scardelta> $<TARGET_FILE:pictures>
  DEPENDS scardelta pictures USES_TERMINAL VERBATIM)

# Every tests/fuzz/fuzz_<name>.c is a fuzz entry (LLVMFuzzerTestOneInput). It runs here as a plain test
# over seeds/<name> and, where they exist, the folders named in fuzz_<name>_folders. With clang,
# -DSD_FUZZ=ON builds it for libFuzzer as well: fuzz_<name>_hunt.
option(SD_FUZZ "Build the fuzz entries for libFuzzer (clang)" OFF)
if(SD_FUZZ) # the library has to count its branches, or the hunt is blind
  target_compile_options(sd_build INTERFACE -fsanitize=fuzzer-no-link)
endif()
set(fuzz_photo_folders exif-orientation fuzz-jpeg fuzz-png odd-jpeg pngsuite)

file(GLOB entries CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/fuzz_*.c")
foreach(entry IN LISTS entries)
  get_filename_component(target "${entry}" NAME_WE)
  string(REPLACE "fuzz_" "" name "${target}")
  add_executable(${target} "${entry}" fuzz/replay.c)
  target_link_libraries(${target} PRIVATE sd_tests)
  set(folders "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/seeds/${name}")
  foreach(folder IN LISTS ${target}_folders)
    list(APPEND folders "${SD_PHOTOS}/${folder}")
  endforeach()
  add_test(NAME ${target} COMMAND ${target} ${folders})
  set_tests_properties(${target} PROPERTIES TIMEOUT 900)
  if(SD_FUZZ)
    add_executable(${target}_hunt "${entry}")
    target_link_libraries(${target}_hunt PRIVATE sd_tests)
    target_compile_options(${target}_hunt PRIVATE -fsanitize=fuzzer)
    target_link_options(${target}_hunt PRIVATE -fsanitize=fuzzer)
  endif()
endforeach()

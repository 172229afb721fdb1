# The renderer of synthetic faces: a library for the tests, and the program that made the samples.
add_library(scene STATIC scene/mesh.c scene/noise.c scene/skin.c scene/subject.c scene/frame.c
  scene/shade.c scene/camera.c scene/truth.c scene/card.c)
target_link_libraries(scene PUBLIC sd_tests)

add_executable(make_scene EXCLUDE_FROM_ALL scene/make.c)
set_target_properties(make_scene PROPERTIES OUTPUT_NAME scene)
target_link_libraries(make_scene PRIVATE scene)

add_executable(scene_truth scene/test_truth.c)
target_link_libraries(scene_truth PRIVATE scene)
add_test(NAME scene_truth COMMAND scene_truth)
set_tests_properties(scene_truth PROPERTIES TIMEOUT 900 ENVIRONMENT
  "LSAN_OPTIONS=print_suppressions=0:suppressions='${CMAKE_CURRENT_SOURCE_DIR}/lsan.supp'")

# the whole pipeline, the pose of heads and the direction of light are tried on scenes
foreach(target align_robust archive_compare archive_ladder archive_timeline archive_timeline_sessions face_pose measure_light measure_card)
  target_link_libraries(${target} PRIVATE scene)
endforeach()

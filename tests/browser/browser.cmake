# report.html in a real browser.
add_executable(pages browser/pages.c)
target_link_libraries(pages PRIVATE sd_tests)
add_test(NAME browser COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/browser/browser.sh" "$<TARGET_FILE:pages>"
  "${CMAKE_SOURCE_DIR}/samples/node_modules/img-comparison-slider" "${CMAKE_BINARY_DIR}/screenshots")
set_tests_properties(browser PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77 ENVIRONMENT
  "LSAN_OPTIONS=print_suppressions=0:suppressions='${CMAKE_CURRENT_SOURCE_DIR}/lsan.supp'")

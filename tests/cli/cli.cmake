# What is installed works from where it was installed to.
set(install_flags "")
if(SD_SANITIZE)
  set(install_flags "-fsanitize=address,undefined")
endif()
add_test(NAME install COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/cli/install.sh" "${CMAKE_BINARY_DIR}"
  "${CMAKE_CURRENT_SOURCE_DIR}/cli/consumer.c" "${CMAKE_C_COMPILER}" "${PROJECT_VERSION}"
  "${install_flags}")

# What `cmake --install` puts into a prefix besides the program.
install(TARGETS libscardelta)
install(FILES ${headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/scardelta)
# The day of the sources: of the last change, or of the one who packs them (reproducible-builds.org).
set(SD_MAN_DATE "$ENV{SOURCE_DATE_EPOCH}")
if(SD_MAN_DATE STREQUAL "")
  execute_process(COMMAND git log -1 --format=%ct WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    OUTPUT_VARIABLE SD_MAN_DATE OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(SD_MAN_DATE MATCHES "^[0-9]+$")
  set(epoch_given "$ENV{SOURCE_DATE_EPOCH}")
  set(ENV{SOURCE_DATE_EPOCH} "${SD_MAN_DATE}")
  string(TIMESTAMP SD_MAN_DATE "%Y-%m-%d" UTC)
  if(epoch_given STREQUAL "")
    unset(ENV{SOURCE_DATE_EPOCH})
  endif()
else()
  set(SD_MAN_DATE "") # without either man shows none
endif()
configure_file(src/cli/scardelta.1 scardelta.1 @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/scardelta.1" DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES src/cli/scardelta.bash RENAME scardelta
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES LICENSE NOTICE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The model and the slider, where they were fetched; a package may bring its own instead.
install(FILES "${SD_MODEL_DIR}/face_mesh_solution_packed_assets.data"
  DESTINATION ${CMAKE_INSTALL_DATADIR}/scardelta OPTIONAL)
install(FILES "${SD_MODEL_DIR}/../../img-comparison-slider/dist/index.js"
  DESTINATION ${CMAKE_INSTALL_DATADIR}/scardelta/img-comparison-slider/dist OPTIONAL)

# The library is static: its users link what it stands on, by `pkg-config --static`.
set(pc_requires libjpeg libpng lcms2 libexif jansson pangocairo cairo libdeflate stb nettle sqlite3 libseccomp libsodium
  ${optional_modules})
set(pc_libs -lvl ${OpenMP_C_FLAGS} -lm)
if(HEIF_FOUND)
  list(APPEND pc_libs ${HEIF_LDFLAGS}) # required by name, --static would want its encoders as well
endif()
list(JOIN pc_requires " " pc_requires)
list(JOIN pc_libs " " pc_libs)
# The prefix follows the file, so that a moved tree still works.
file(RELATIVE_PATH pc_prefix "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
set(pc_libdir "${CMAKE_INSTALL_LIBDIR}")
set(pc_includedir "${CMAKE_INSTALL_INCLUDEDIR}")
configure_file(src/cli/scardelta.pc.in scardelta.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/scardelta.pc"
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

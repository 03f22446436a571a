# cmake --install: the programs, the files that they read at run time, and the desktop entry. The workers find LibTorch
# where they were linked against it.
include(GNUInstallDirs)

set_target_properties(fanlight fanlight-worker fanlight-gui PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS fanlight fanlight-worker fanlight-gui)
install(DIRECTORY resources/starter/model DESTINATION ${CMAKE_INSTALL_DATADIR}/fanlight/starter)
install(FILES packaging/linux/fanlight.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES resources/icons/fanlight.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)

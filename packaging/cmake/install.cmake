# cmake --install: the programs, the files that they read at run time, and the desktop entry. The workers find LibTorch
# where they were linked against it.
set_target_properties(fanlight fanlight-worker fanlight-gui fanlight-nccl fanlight-cuda PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS fanlight fanlight-worker fanlight-gui)
install(TARGETS fanlight-nccl fanlight-cuda LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/fanlight)
foreach(starter starter starter_text)
    install(DIRECTORY resources/${starter}/model DESTINATION ${CMAKE_INSTALL_DATADIR}/fanlight/${starter})
endforeach()
install(DIRECTORY resources/manual DESTINATION ${CMAKE_INSTALL_DATADIR}/fanlight)
install(FILES packaging/linux/fanlight.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES packaging/linux/fanlight.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
install(FILES resources/icons/fanlight.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)

# A room is a folder of core/, built as one static library; the functions here turn the lines of CMakeLists.txt into
# targets.

add_library(fanlight_options INTERFACE)
target_include_directories(fanlight_options INTERFACE ${PROJECT_SOURCE_DIR})
# Qt requires -fPIC of its users. All targets get it: one that differs could not use the precompiled header.
target_compile_options(fanlight_options INTERFACE -fPIC -Wall -Wextra -Wno-missing-field-initializers)
target_compile_definitions(fanlight_options INTERFACE QT_NO_KEYWORDS FANLIGHT_VERSION="${PROJECT_VERSION}")

# fanlight_precompiled(NAME LINKS library… HEADERS header…): a target that holds a precompiled header; targets
# that use the same libraries use it with target_precompile_headers(TARGET REUSE_FROM NAME).
function(fanlight_precompiled name)
  cmake_parse_arguments(PCH "" "" "LINKS;HEADERS" ${ARGN})
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/${name}.cpp CONTENT "// Holds a precompiled header.\n")
  add_library(${name} STATIC ${PROJECT_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE fanlight_options ${PCH_LINKS})
  target_precompile_headers(${name} PRIVATE ${PCH_HEADERS})
endfunction()

# fanlight_moc(TARGET SOURCE OUTPUT): runs moc over a source that includes OUTPUT. CMake's AUTOMOC would
# read every source of the target, compile one more file, and wait for everything that the target links.
function(fanlight_moc target source output)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/moc/${output})
  add_custom_command(OUTPUT ${output} COMMAND Qt6::moc ${source} -o ${output} DEPENDS ${source} VERBATIM
    COMMENT "moc ${source}")
  target_sources(${target} PRIVATE ${output})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/moc)
endfunction()

# One precompiled ATen header for every room and program that uses torch: 2 s per file instead of 9 s.
function(fanlight_use_torch target)
  target_link_libraries(${target} PRIVATE fanlight::torch)
  if(NOT target STREQUAL fanlight_torch_pch)
    target_precompile_headers(${target} REUSE_FROM fanlight_torch_pch)
  endif()
endfunction()

# fanlight_room(NAME [TORCH] [USES room…] [LINKS library…]): a room within a room is named by its path, families/parts.
function(fanlight_room name)
  cmake_parse_arguments(ROOM "TORCH" "" "USES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/core/${name}/*.cpp)
  string(REPLACE "/" "_" target fanlight_${name})
  list(TRANSFORM ROOM_USES REPLACE "/" "_" OUTPUT_VARIABLE used)
  list(TRANSFORM used PREPEND fanlight_)
  if(NOT sources)
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE fanlight_options ${used} ${ROOM_LINKS})
    return()
  endif()
  add_library(${target} STATIC ${sources})
  target_link_libraries(${target} PUBLIC fanlight_options ${used} ${ROOM_LINKS})
  if(ROOM_TORCH)
    fanlight_use_torch(${target})
  endif()
  if(ROOM_LINKS MATCHES "Qt6::")
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
  endif()
  set_property(TARGET ${target} PROPERTY FANLIGHT_TORCH ${ROOM_TORCH})
endfunction()

# fanlight_family(NAME USES room… [NETWORK USES room…]): a folder of core/families/ in two halves, each with a link line of
# its own: the room families/NAME without torch and, in its folder network/, the room families/NAME/network with it.
function(fanlight_family name)
  set(network ${ARGN})
  list(FIND network NETWORK at)
  if(at EQUAL -1)
    fanlight_room(families/${name} ${ARGN})
    return()
  endif()
  list(SUBLIST network 0 ${at} control)
  math(EXPR at "${at} + 1")
  list(SUBLIST network ${at} -1 network)
  fanlight_room(families/${name} ${control})
  fanlight_room(families/${name}/network TORCH ${network})
endfunction()

# One precompiled QtWidgets header for every pane.
function(fanlight_use_widgets target)
  if(NOT TARGET fanlight_ui_pch)
    fanlight_precompiled(fanlight_ui_pch LINKS Qt6::Widgets Qt6::Network HEADERS <QtWidgets> <nlohmann/json.hpp>)
  endif()
  target_precompile_headers(${target} REUSE_FROM fanlight_ui_pch)
endfunction()

# fanlight_pane(NAME [USES pane…] [LINKS library…]): a folder of ui/, one static library fanlight_ui_NAME.
# fanlight_ui links all of them. A folder that has no sources yet is skipped.
function(fanlight_pane name)
  cmake_parse_arguments(PANE "" "" "USES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ui/${name}/*.cpp)
  list(TRANSFORM PANE_USES PREPEND fanlight_ui_ OUTPUT_VARIABLE used)
  if(sources)
    add_library(fanlight_ui_${name} STATIC ${sources})
    set_target_properties(fanlight_ui_${name} PROPERTIES AUTOMOC ON)
    target_link_libraries(fanlight_ui_${name} PUBLIC fanlight_options fanlight_run fanlight_text ${used}
      Qt6::Widgets ${PANE_LINKS})
    fanlight_use_widgets(fanlight_ui_${name})
  else()
    add_library(fanlight_ui_${name} INTERFACE)
  endif()
  if(NOT TARGET fanlight_ui)
    add_library(fanlight_ui INTERFACE)
  endif()
  target_link_libraries(fanlight_ui INTERFACE fanlight_ui_${name})
endfunction()

# fanlight_program(NAME SOURCES file-or-folder… USES room… [LINKS library…] [TORCH])
function(fanlight_program name)
  cmake_parse_arguments(PROGRAM "TORCH" "" "SOURCES;USES;LINKS" ${ARGN})
  set(sources)
  foreach(source ${PROGRAM_SOURCES})
    if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${source})
      file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${source}/*.cpp)
      list(APPEND sources ${files})
    else()
      list(APPEND sources ${PROJECT_SOURCE_DIR}/${source})
    endif()
  endforeach()
  add_executable(${name} ${sources})
  list(TRANSFORM PROGRAM_USES PREPEND fanlight_ OUTPUT_VARIABLE used)
  target_link_libraries(${name} PRIVATE fanlight_options ${used} ${PROGRAM_LINKS})
  if(PROGRAM_TORCH)
    fanlight_use_torch(${name})
  endif()
endfunction()

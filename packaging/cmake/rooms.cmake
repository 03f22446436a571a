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

# fanlight_moc(TARGET SOURCE…): runs moc for each source x.cpp that includes "x.moc" (its own classes) or "moc_x.cpp"
# (those of the x.h beside it), in a target of its own, which waits for nothing. CMake's AUTOMOC would read all sources at
# each build, compile one more file per target, and start only when everything is built that the target links. If an
# older source gains such an include, configure again (cmake build).
function(fanlight_moc target)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/moc/${target})
  set(outputs)
  foreach(source ${ARGN})
    get_filename_component(name ${source} NAME_WE)
    file(STRINGS ${source} own REGEX "^#include \"${name}\\.moc\"$")
    if(own)
      fanlight_moc_file(${target} ${source} ${folder}/${name}.moc)
      list(APPEND outputs ${folder}/${name}.moc)
    endif()
    file(STRINGS ${source} beside REGEX "^#include \"moc_${name}\\.cpp\"$")
    if(beside)
      string(REGEX REPLACE "\\.cpp$" ".h" header ${source})
      file(RELATIVE_PATH include ${PROJECT_SOURCE_DIR} ${header})
      fanlight_moc_file(${target} ${header} ${folder}/moc_${name}.cpp -f${include})
      list(APPEND outputs ${folder}/moc_${name}.cpp)
    endif()
  endforeach()
  target_include_directories(${target} PRIVATE ${folder})
  add_custom_target(${target}_moc DEPENDS ${outputs})
  add_dependencies(${target} ${target}_moc)
endfunction()

function(fanlight_moc_file target source output)
  file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${source})
  set(folders $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)  # where moc finds which arguments of signals are objects
  add_custom_command(OUTPUT ${output} DEPENDS ${source} COMMENT "moc ${name}" VERBATIM COMMAND_EXPAND_LISTS
    COMMAND Qt6::moc "-I$<JOIN:${folders},;-I>" ${ARGN} ${source} -o ${output})
endfunction()

# One precompiled ATen header for every room and program that uses torch: 2 s per file instead of 9 s.
function(fanlight_use_torch target)
  target_link_libraries(${target} PRIVATE fanlight::torch)
  target_precompile_headers(${target} REUSE_FROM fanlight_torch_pch)
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
  elseif(ROOM_LINKS MATCHES "Qt6::")
    target_precompile_headers(${target} REUSE_FROM fanlight_qt_pch)
    fanlight_moc(${target} ${sources})
  else()
    target_precompile_headers(${target} REUSE_FROM fanlight_pch)
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

# fanlight_pane(NAME [USES pane…] [LINKS library…]): a folder of ui/, one static library fanlight_ui_NAME.
# fanlight_ui links all of them. A folder that has no sources yet is skipped.
function(fanlight_pane name)
  cmake_parse_arguments(PANE "" "" "USES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ui/${name}/*.cpp)
  list(TRANSFORM PANE_USES PREPEND fanlight_ui_ OUTPUT_VARIABLE used)
  if(sources)
    add_library(fanlight_ui_${name} STATIC ${sources})
    target_link_libraries(fanlight_ui_${name} PUBLIC fanlight_options fanlight_plan fanlight_owner fanlight_project fanlight_text ${used}
      Qt6::Widgets ${PANE_LINKS})
    target_precompile_headers(fanlight_ui_${name} REUSE_FROM fanlight_ui_pch)
    fanlight_moc(fanlight_ui_${name} ${sources})
  else()
    add_library(fanlight_ui_${name} INTERFACE)
  endif()
  if(NOT TARGET fanlight_ui)
    add_library(fanlight_ui INTERFACE)
  endif()
  target_link_libraries(fanlight_ui INTERFACE fanlight_ui_${name})
endfunction()

# fanlight_program(NAME MAIN file [FOLDERS folder…] USES room… [LINKS library…] PCH target): a program, and the static
# library NAME-library of everything but its main().
function(fanlight_program name)
  cmake_parse_arguments(PROGRAM "" "MAIN;PCH" "FOLDERS;USES;LINKS" ${ARGN})
  list(TRANSFORM PROGRAM_USES PREPEND fanlight_ OUTPUT_VARIABLE used)
  add_executable(${name} ${PROGRAM_MAIN})
  target_link_libraries(${name} PRIVATE fanlight_options ${used} ${PROGRAM_LINKS})
  target_precompile_headers(${name} REUSE_FROM ${PROGRAM_PCH})
  if(PROGRAM_FOLDERS)
    list(TRANSFORM PROGRAM_FOLDERS APPEND /*.cpp)
    file(GLOB sources CONFIGURE_DEPENDS ${PROGRAM_FOLDERS})
    add_library(${name}-library STATIC ${sources})
    target_link_libraries(${name}-library PUBLIC fanlight_options ${used} ${PROGRAM_LINKS})
    target_precompile_headers(${name}-library REUSE_FROM ${PROGRAM_PCH})
    target_link_libraries(${name} PRIVATE ${name}-library)
  endif()
endfunction()

#pragma once

#include <string>

/// Where the sources and the built programs lie. Paths in the command line of every test would make each tree compile
/// all of them anew; here one small file holds them. What is returned lives as long as the program.
namespace fanlight {

/// `below`: empty, or "/tests/golden/data".
const char* source_path(const std::string& below = {});
/// `below`: empty, or "/fanlight-worker".
const char* build_path(const std::string& below = {});

}  // namespace fanlight

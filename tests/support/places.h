#pragma once

#include <string>

/// Paths of the sources and the built programs. As macros on every test's compiler command line they would keep other
/// trees from sharing a compiler cache; so only one small file knows them. Returned pointers are valid as long as the
/// program runs.
namespace fanlight {

/// `below`: empty, or such as "/tests/golden/data".
const char* source_path(const std::string& below = {});
/// `below`: empty, or such as "/fanlight-worker".
const char* build_path(const std::string& below = {});

}  // namespace fanlight

#include "core/base/own_library.h"

#include <dlfcn.h>

#include <filesystem>

#include "core/base/error.h"

namespace fanlight {

void* open_own_library(const std::string& name) {
    std::error_code ignored;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    const auto built = folder / name, installed = folder / ".." / FANLIGHT_LIBRARIES / name;
    const auto& library = std::filesystem::exists(built, ignored) ? built : installed;
    void* const handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) throw Error("A part of Fanlight that GPUs need cannot be loaded: %1", std::string(::dlerror()));
    return handle;
}

void* function_of(void* library, const char* name) { return ::dlsym(library, name); }

}  // namespace fanlight

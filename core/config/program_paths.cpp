#include "core/config/program_paths.h"

#include <cstdlib>

namespace fanlight {

namespace fs = std::filesystem;

fs::path program_path() { return fs::read_symlink("/proc/self/exe"); }

fs::path resources_folder() {
    if (const char* given = std::getenv("FANLIGHT_RESOURCES")) return given;
    const fs::path here = program_path().parent_path();
    const fs::path candidates[] = {here / "../share/fanlight", here / "../resources"};
    for (const fs::path& candidate : candidates)
        if (fs::exists(candidate / "starter")) return fs::weakly_canonical(candidate);
    return candidates[1];
}

}  // namespace fanlight

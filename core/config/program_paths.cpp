#include "core/config/program_paths.h"

#include <unistd.h>

#include <cstdlib>

#include "core/base/error.h"
#include "core/base/file.h"

namespace fanlight {

namespace fs = std::filesystem;

fs::path program_path() { return fs::read_symlink("/proc/self/exe"); }

fs::path fanlight_program() {
    const char* given = std::getenv("FANLIGHT");
    return given && *given ? fs::path(given) : program_path().parent_path() / "fanlight";
}

fs::path resources_folder() {
    if (const char* given = std::getenv("FANLIGHT_RESOURCES")) return given;
    const fs::path here = program_path().parent_path();
    const fs::path candidates[] = {here / "../share/fanlight", here / "../resources"};
    for (const fs::path& candidate : candidates)
        if (fs::exists(candidate / "starter")) return fs::weakly_canonical(candidate);
    return candidates[1];
}

std::string find_worker_program(const std::string& asked) {
    const char* from_environment = std::getenv("FANLIGHT_WORKER");
    const std::string beside = (program_path().parent_path() / "fanlight-worker").string();
    const std::string program = !asked.empty()                          ? asked
                                : from_environment && *from_environment ? from_environment
                                                                        : beside;
    if (::access(program.c_str(), X_OK) == 0) return program;
    const std::string reason = errno_text();
    throw Error(
        "The worker program %1 cannot be run: %2; it belongs beside fanlight, or where FANLIGHT_WORKER points to",
        program, reason);
}

}  // namespace fanlight

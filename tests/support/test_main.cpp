#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "tests/support/test.h"

namespace fanlight {
namespace {

/// The queue on disk is one for each test, and no user's.
class StateFolder {
public:
    StateFolder() {
        std::string path = (std::filesystem::temp_directory_path() / "fanlight-state-XXXXXX").string();
        if (::mkdtemp(path.data())) path_ = path;
        ::setenv("XDG_STATE_HOME", path.c_str(), 1);
    }
    ~StateFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    StateFolder(const StateFolder&) = delete;
    StateFolder& operator=(const StateFolder&) = delete;

private:
    std::filesystem::path path_;
};

std::map<std::string, TestPart::Main>& parts() {
    static std::map<std::string, TestPart::Main> table;
    return table;
}

std::string stem_of(const std::string& path) {
    const std::string file = path.substr(path.rfind('/') + 1);
    return file.substr(0, file.rfind(".cpp"));
}

}  // namespace

TestPart::TestPart(const char* name, Main main) { parts().emplace(stem_of(name), main); }

}  // namespace fanlight

int main(int argc, char** argv) {
    const fanlight::StateFolder state;
    const auto part = argc > 1 ? fanlight::parts().find(argv[1]) : fanlight::parts().end();
    if (part != fanlight::parts().end()) return part->second(argc - 1, argv + 1);
    std::fprintf(stderr, "usage: %s TEST [Qt Test's arguments]\n", argv[0]);
    for (const auto& [name, main] : fanlight::parts()) std::fprintf(stderr, "  %s\n", name.c_str());
    return 2;
}

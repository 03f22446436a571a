#include <cstdio>
#include <map>
#include <string>

#include "tests/support/test.h"

namespace fanlight {
namespace {

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
    const auto part = argc > 1 ? fanlight::parts().find(argv[1]) : fanlight::parts().end();
    if (part != fanlight::parts().end()) return part->second(argc - 1, argv + 1);
    std::fprintf(stderr, "usage: %s TEST [Qt Test's arguments]\n", argv[0]);
    for (const auto& [name, main] : fanlight::parts()) std::fprintf(stderr, "  %s\n", name.c_str());
    return 2;
}

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/worker/serve.h"

int main(int argc, char** argv) {
    if (argc != 2 || std::strcmp(argv[1], "serve") != 0) {
        std::fputs("fanlight-worker is started by fanlight; the one way to call it is: fanlight-worker serve\n",
                   stderr);
        return static_cast<int>(fanlight::ExitCode::BadUsage);
    }
    try {
        fanlight::Wire wire = fanlight::Wire::take_standard_streams();
        // Everything is written by now. Leaving without destructors saves LibTorch's tenth of a second, and spares the
        // thread that may still wait for a command.
        std::_Exit(fanlight::serve(wire));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fanlight-worker: %s\n", error.what());
        return static_cast<int>(fanlight::ExitCode::Failed);
    }
}

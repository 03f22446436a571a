#include "app/worker/worker_program.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/ranks/spmd.h"
#include "core/worker/measure.h"
#include "core/worker/serve.h"

namespace {

using namespace fanlight;
using Arguments = std::vector<std::string>;

struct Command {
    const char* name;
    int (*run)(const Arguments& arguments);
};

int serve_standard_streams(const Arguments&) {
    Wire wire = Wire::take_standard_streams();
    return serve(wire);
}

int run_under_launcher(const Arguments& arguments) {
    if (arguments.size() != 1) throw UsageError("run takes one file, the run.json of a prepared run folder");
    return static_cast<int>(run_spmd(arguments.front()));
}

constexpr Command commands[] = {
    {"serve", &serve_standard_streams},
    {"run", &run_under_launcher},
    {"measure", &measure_layers},
};

int run(const Arguments& arguments) {
    std::vector<std::string> names;
    for (const Command& command : commands) {
        if (!arguments.empty() && arguments.front() == command.name)
            return command.run({arguments.begin() + 1, arguments.end()});
        names.emplace_back(command.name);
    }
    throw UsageError("it is started by fanlight, with one of the commands %1", listed(names));
}

}  // namespace

int fanlight::run_worker_program(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // if an owner or a neighbour has gone, write() shall return an error
    try {
        const int status = run({argv + 1, argv + argc});
        std::fflush(stdout);
        // Everything has been written. Exiting without destructors saves a tenth of a second in LibTorch, and ignores
        // the thread that may still be waiting for a command.
        std::_Exit(status);
    } catch (const Error& error) {
        std::fprintf(stderr, "fanlight-worker: %s\n", printable_sentence(error.what()).c_str());
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fanlight-worker: %s\n", printable_sentence(error.what()).c_str());
        return static_cast<int>(ExitCode::Failed);
    }
}

#include <unistd.h>

#include <vector>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "core/base/file.h"
#include "core/config/program_paths.h"

namespace fanlight {

/// Replaces this process by the window's program, which is in the same folder.
Action add_gui(CLI::App& app) {
    const auto files = std::make_shared<std::vector<std::string>>();
    app.add_option("FILE", *files, "A project or a run folder to open, or prompt lists and PNGs to import");
    add_examples(app, {"fanlight gui", "fanlight gui prompts.csv"});
    return [files]() -> ExitCode {
        std::string program = (program_path().parent_path() / "fanlight-gui").string();
        std::string end = "--";  // a file may begin with a dash
        std::vector<char*> arguments = {program.data(), end.data()};
        for (std::string& file : *files) arguments.push_back(file.data());
        arguments.push_back(nullptr);
        ::execv(program.c_str(), arguments.data());
        throw Error("%1 cannot be started: %2; install Fanlight again.", program, errno_text());
    };
}

}  // namespace fanlight

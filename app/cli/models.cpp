#include <cstdio>

#include "app/cli/command.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"

namespace fanlight {

Action add_models(CLI::App&) {
    return [] {
        for (const ListedModel& model : list_models(resources_folder()))
            std::printf("%-32s %s%s%s\n", model.name.c_str(), model.folder.c_str(),
                        model.problem.empty() ? "" : "  cannot be used: ", model.problem.c_str());
        return ExitCode::Done;
    };
}

}  // namespace fanlight

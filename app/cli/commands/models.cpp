#include <cstdio>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "core/base/text.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/devices/memory_budget.h"

namespace fanlight {

Action add_models(CLI::App& app) {
    add_examples(app, {"fanlight models"});
    return [] {
        for (const ListedModel& model : list_models(resources_folder()))
            std::printf("%-32s %-16s %10s  %s%s%s%s%s\n", printable(model.name).c_str(),
                        printable(model.family).c_str(), memory_text(static_cast<uint64_t>(model.weight_bytes)).c_str(),
                        printable(model.folder.string()).c_str(), model.problem.empty() ? "" : "  cannot be used: ",
                        printable_sentence(model.problem.text()).c_str(), model.note.empty() ? "" : "  ",
                        printable_sentence(model.note.text()).c_str());
        return ExitCode::Done;
    };
}

}  // namespace fanlight

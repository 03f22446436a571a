#include "ui/models/names_here.h"

#include "core/batch/image_task.h"
#include "core/config/embedding_catalog.h"
#include "core/config/lora_catalog.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "ui/models/styles_here.h"

namespace fanlight::ui {

NamesHere namesHere() {
    const ModelPlaces places(resources_folder());
    NamesHere names;
    for (const ListedModel& model : list_models(places))
        if (model.problem.empty() && model.task == ImageTask::kind) names.models << QString::fromStdString(model.name);
    for (const PlacedFile& lora : kept_loras(places)) names.loras << QString::fromStdString(lora.name);
    for (const std::string& name : listed_embeddings(places)) names.embeddings << QString::fromStdString(name);
    const Styles styles = stylesHere();
    for (const Style& style : styles.all()) names.styles << QString::fromStdString(style.name);
    return names;
}

}  // namespace fanlight::ui

#include "ui/models/styles_here.h"

#include "core/config/model_places.h"
#include "core/config/program_paths.h"
#include "core/prompts/style_list.h"

namespace fanlight::ui {

Styles stylesHere() {
    std::vector<Sentence> ignored;  // a style that is asked for and missing is told
    return load_styles(ModelPlaces(resources_folder()).style_files, ignored);
}

}  // namespace fanlight::ui

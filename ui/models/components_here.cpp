#include "ui/models/components_here.h"

#include "core/config/component_catalog.h"
#include "core/config/program_paths.h"

namespace fanlight::ui {

QStringList componentsHere(const QString& kind) {
    QStringList names;
    for (const std::string& name : listed_components(kind.toStdString(), ModelPlaces(resources_folder())))
        names << QString::fromStdString(name);
    return names;
}

}  // namespace fanlight::ui

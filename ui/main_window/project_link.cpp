#include "ui/main_window/project_link.h"

#include "ui/devices/devices_pane.h"
#include "ui/devices/mode_chooser.h"
#include "ui/main_window/project.h"
#include "ui/main_window/row_tracker.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_map.h"

namespace fanlight::ui {

ProjectLink::ProjectLink(Project* project, ParametersPane* parameters, DevicesPane* devices, RowTracker* rows,
                         QObject* parent)
    : QObject(parent), project_(project), parameters_(parameters), devices_(devices), rows_(rows) {
    const auto read = [this] {
        ProjectSettings settings;
        put(parameters_->generation(), settings);
        settings.devices = devices_->choices();
        settings.placement = devices_->modes()->chosen();
        return settings;
    };
    project->keepSettings(read, [this](const ProjectSettings& settings) {
        parameters_->setGeneration(generationOf(settings));
        devices_->setChoices(settings.devices);
        devices_->modes()->setChosen(settings.placement);
    });
    restoreChoice();
    connect(parameters, &ParametersPane::changed, project, &Project::settingsChanged);
    connect(devices, &DevicesPane::choiceChanged, this, [this] {
        rememberChoice();
        project_->settingsChanged();
    });
    connect(rows, &RowTracker::changed, project, &Project::backUpChanges);
    connect(rows, &RowTracker::changed, this, &ProjectLink::rememberRuns);
    connect(project, &Project::written, this, &ProjectLink::rememberRuns);
    connect(project, &Project::loaded, this, &ProjectLink::restoreRuns);
}

void ProjectLink::restoreChoice() {
    parameters_->setGeneration(generationOf(settings::generation.get()));
    const ProjectSettings last = settingsOf(settings::devices.get());
    devices_->setChoices(last.devices);
    devices_->modes()->setChosen(last.placement);
}

void ProjectLink::rememberChoice() {
    ProjectSettings chosen;
    chosen.devices = devices_->choices();
    chosen.placement = devices_->modes()->chosen();
    settings::devices.set(toMap(chosen));
}

/// Of this list, and of those that were open lately.
void ProjectLink::rememberRuns() {
    const QVariantMap before = settings::runs.get();
    QVariantMap runs{{project_->file(), rows_->saved()}};
    for (const QString& file : settings::recentFiles.get())
        if (file != project_->file() && before.contains(file)) runs[file] = before[file];
    settings::runs.set(runs);
}

void ProjectLink::restoreRuns() { rows_->restore(settings::runs.get().value(project_->file()).toList()); }

}  // namespace fanlight::ui

#include "moc_project_link.cpp"

#pragma once

#include <QObject>

namespace fanlight::ui {

class DevicesPane;
class ParametersPane;
class Project;
class RowTracker;

/// Keeps the project and the panes in step: what the panes are set to is part of the project, or else remembered for
/// the next one; rows that a run was made from find it again when their list is opened again.
class ProjectLink : public QObject {
    Q_OBJECT

public:
    /// Sets the panes to what was chosen last.
    ProjectLink(Project* project, ParametersPane* parameters, DevicesPane* devices, RowTracker* rows, QObject* parent);

private:
    void restoreChoice();
    void rememberChoice();
    void rememberRuns();
    void restoreRuns();

    Project* const project_;
    ParametersPane* const parameters_;
    DevicesPane* const devices_;
    RowTracker* const rows_;
};

}  // namespace fanlight::ui

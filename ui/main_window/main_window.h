#pragma once

#include <QMainWindow>

class QDockWidget;
class QStackedWidget;

namespace fanlight::ui {

class MessageBar;
class ParametersPane;
class Project;
class PromptsPane;

/// The application's one window: the prompt list in the middle, the other panes in docks around it. It places and
/// connects; what is to be done is done elsewhere.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);

    /// Opens the project, or imports the prompt list, that was named on the command line.
    void openFiles(const QStringList& files);

    PromptsPane* prompts() const { return prompts_; }
    ParametersPane* parameters() const { return parameters_; }
    Project* project() const { return project_; }

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void makeCentre();
    void makeDocks();
    void makeMenus();
    void makeToolBar();
    void connectPanes();
    QDockWidget* addDock(const QString& name, const QString& title, QWidget* pane, Qt::DockWidgetArea area);
    void resetLayout();
    void showTitle();
    void showSettings();
    void showProblem(const QString& sentence, const QString& details = {});

    PromptsPane* prompts_;
    ParametersPane* parameters_;
    Project* project_;
    MessageBar* message_;
    QStackedWidget* centre_;
    QList<QDockWidget*> docks_;
    QByteArray firstLayout_;
    bool leaving_ = false;
};

}  // namespace fanlight::ui

#pragma once

#include <QMainWindow>

#include "core/batch/request.h"
#include "ui/main_window/message_bar.h"

class QStackedWidget;

namespace fanlight::ui {

class Desktop;
class DetailsPane;
class DevicesPane;
class GalleryPane;
class PaneDocks;
class ParametersPane;
class Project;
class PromptsPane;
class QueuePane;
class ResultsPane;
class RunBar;
class RunBridge;
class RunController;
class RunOpener;
class WelcomePage;

/// The application's one window: the prompt list in the middle, the other panes in docks around it. It only arranges
/// and connects them; the work is done elsewhere.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// Opens the project, or the prompt lists, named on the command line; else what was open last.
    explicit MainWindow(const QStringList& files = {}, QWidget* parent = nullptr);

    PromptsPane* prompts() const { return prompts_; }
    ParametersPane* parameters() const { return parameters_; }
    Project* project() const { return project_; }
    GalleryPane* gallery() const { return gallery_; }
    ResultsPane* results() const { return results_; }
    RunController* runs() const { return runs_; }

    /// Connects to all of this user's runs. Call after show(), which need not wait for it.
    void attach();

protected:
    bool focusNextPrevChild(bool next) override;
    QMenu* createPopupMenu() override;
    void closeEvent(QCloseEvent* event) override;

private:
    void makeCentre();
    void makeToolBar();
    void connectPanes();
    void connectRuns();
    void restore();
    void openFirst(const QStringList& files);
    void welcome(const QString& prompt);
    void takeImage(const Item& image, int nextSeeds);
    void showTitle();
    void showSettings();
    void connectMessages();
    void showProblem(const QString& sentence, const QString& details = {},
                     MessageBar::About about = MessageBar::About::Nothing);
    void showProgress(const QString& text, double fraction);
    void runEnded(const QString& sentence, bool failed);

    RunBridge* bridge_;
    PromptsPane* prompts_;
    ParametersPane* parameters_;
    GalleryPane* gallery_;
    DetailsPane* details_;
    QueuePane* queue_;
    DevicesPane* devices_;
    ResultsPane* results_;
    Project* project_;
    RunController* runs_;
    RunOpener* opener_;
    RunBar* runBar_;
    Desktop* desktop_;
    MessageBar* message_;
    WelcomePage* welcome_;
    QStackedWidget* centre_;
    PaneDocks* docks_ = nullptr;
    QString progress_;  ///< the current run's, for the title bar
    bool closing_ = false;
};

}  // namespace fanlight::ui

#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <functional>

#include "ui/bridge/run_bridge.h"
#include "ui/main_window/message_bar.h"
#include "ui/main_window/repeat_guard.h"

class QAction;

namespace fanlight::ui {

class DevicesPane;
class ParametersPane;
class PromptsPane;
class RowTracker;

/// Starts runs from the prompt list and controls the current one. Plans are made off the GUI thread.
class RunController : public QObject {
    Q_OBJECT

public:
    RunController(RunBridge* bridge, PromptsPane* prompts, ParametersPane* parameters, DevicesPane* devices,
                  QObject* parent = nullptr);

    /// For the menu and the tool bar.
    QAction* generateAction() const { return generate_; }
    QAction* generateSelectedAction() const { return generateSelected_; }
    QAction* addAction() const { return add_; }
    QAction* pauseAction() const { return pause_; }
    QAction* cancelAction() const { return cancel_; }
    QAction* retryAction() const { return retry_; }

    /// Which rows are in which run.
    RowTracker* rows() const { return tracker_; }

    bool isRunning() const { return bridge_->current() != 0; }

    /// The run that the window shows: what is said of others has their names in front. 0: none.
    void setShownRun(RunKey run) { shown_ = run; }

    /// If there is a current run, asks whether it is to continue without the window; false: the window stays open.
    bool mayLeave(QWidget* window);

public Q_SLOTS:
    void generate();
    void generateSelected();
    /// Adds the selected rows to the current run.
    void addSelected();
    void togglePause();
    void cancel();
    /// Retries the failed images of the run that ended last.
    void retry();

Q_SIGNALS:
    /// A run cannot be started, or goes wrong.
    void problem(const QString& sentence, fanlight::ui::MessageBar::About about);
    /// The user has asked for what is probably not meant; `act` does it, for a button with the words of `action`.
    void doubted(const QString& sentence, const QString& action, const std::function<void()>& act);
    /// One line about the current run, and the fraction done; "" and a negative fraction if there is none.
    void progress(const QString& text, double fraction);
    /// What ended() said of a failure is over: they are made after all, or the run is gone.
    void endingSettled();
    /// A run has been planned and is starting.
    void begun();
    /// What to know about a run and its prompts, each once: sentences.
    void noticed(const QString& sentences);
    /// A run has ended: one sentence for the user. `failed`: not everything was made, or written although all was made;
    /// retry() does the rest.
    void ended(const QString& sentence, bool failed);

private:
    void generateRows(const QList<int>& rows);
    void showGenerate();
    /// The sentence, after the run's name if another one is shown.
    QString about(RunKey run, const QString& sentence) const;
    void showRun();
    void takeNotice(RunKey key, const QString& said);
    void runEnded(RunKey key);

    RunBridge* const bridge_;
    PromptsPane* const prompts_;
    ParametersPane* const parameters_;
    DevicesPane* const devices_;
    RowTracker* tracker_;
    RepeatGuard repeats_;
    RunKey lastEnded_ = 0, shown_ = 0;
    QHash<QString, QStringList> said_;  ///< by run folder: what a run will say and the user has read in other words
    QSet<QString> toldNotes_;           ///< of the plans so far: each is said once, and then only in the run's log
    QAction* generate_;
    QAction* generateSelected_;
    QAction* add_;
    QAction* pause_;
    QAction* cancel_;
    QAction* retry_;
};

}  // namespace fanlight::ui

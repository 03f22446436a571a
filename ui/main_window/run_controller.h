#pragma once

#include <QObject>

#include "ui/bridge/run_bridge.h"

class QAction;

namespace fanlight::ui {

class DevicesPane;
class ParametersPane;
class PromptsPane;
class RowTracker;

/// Makes runs of the prompt list and steers the one that is being made. Plans are made off the GUI thread.
class RunController : public QObject {
    Q_OBJECT

public:
    RunController(RunBridge* bridge, PromptsPane* prompts, ParametersPane* parameters, DevicesPane* devices,
                  QObject* parent = nullptr);

    /// For menu and tool bar.
    QAction* generateAction() const { return generate_; }
    QAction* generateSelectedAction() const { return generateSelected_; }
    QAction* addAction() const { return add_; }
    QAction* pauseAction() const { return pause_; }
    QAction* cancelAction() const { return cancel_; }
    QAction* retryAction() const { return retry_; }

    bool isRunning() const { return bridge_->current() != 0; }

    /// Asks, while a run is being made, whether it goes on without the window; false: the window stays.
    bool mayLeave(QWidget* window);

public Q_SLOTS:
    void generate();
    void generateSelected();
    /// The selected rows, to the run that is being made.
    void addSelected();
    void togglePause();
    void cancel();
    /// What failed in the run that ended last.
    void retry();

Q_SIGNALS:
    void problem(const QString& sentence, const QString& details);
    /// One line about the current run, and how much of it is made; "" and negative: none is being made.
    void progress(const QString& text, double part);
    /// A run has been planned and begins.
    void begun();
    /// A run came to its end: a sentence for the user; `failed` of its images were not made, and can be tried again.
    void ended(const QString& sentence, qint64 failed);

private:
    void generateRows(const QList<int>& rows);
    void showRun();
    void runEnded(RunKey key);

    RunBridge* const bridge_;
    PromptsPane* const prompts_;
    ParametersPane* const parameters_;
    DevicesPane* const devices_;
    RowTracker* tracker_;
    RunKey lastEnded_ = 0;
    QAction* generate_;
    QAction* generateSelected_;
    QAction* add_;
    QAction* pause_;
    QAction* cancel_;
    QAction* retry_;
};

}  // namespace fanlight::ui

#pragma once

#include <QObject>

#include "ui/bridge/run_bridge.h"
#include "ui/results/run_answers.h"

namespace fanlight::ui {

class ResultsPane;

/// Passes what happens in a run of texts on to the pane that shows it.
class ResultsFeed : public QObject {
    Q_OBJECT

public:
    ResultsFeed(RunBridge* bridge, ResultsPane* results, QObject* parent = nullptr);

    /// Shows the run's answers if it is one of texts. 0: no run.
    void choose(RunKey key);

Q_SIGNALS:
    /// A run was chosen whose results are texts, or else pictures.
    void textsChosen();
    void picturesChosen();

private:
    /// nullptr: it is not the run that the pane shows.
    const RunState* shownRun(RunKey key) const;
    void showRecords(RunKey key, const std::vector<Result>& records);
    void showStates(RunKey key, const QList<qint64>& items);
    ItemAnswer unfinished(RunKey key, qint64 item) const;
    void showAllStates(const QString& folder);
    void showMore(RunKey key);

    RunBridge* const bridge_;
    ResultsPane* const results_;
};

}  // namespace fanlight::ui

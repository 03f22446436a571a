#pragma once

#include <QHash>
#include <QObject>
#include <vector>

#include "ui/bridge/run_bridge.h"

namespace fanlight::ui {

class PromptModel;

/// Which row asked for which items of a run.
struct RunRows {
    std::vector<quint64> ids;       ///< of the entries, by the run's row
    std::vector<qint64> firstItem;  ///< by row, and behind the last one the number of items
};

RunRows rowsOf(const RunPlan& plan, std::vector<quint64> ids);

/// Shows in the prompt list what becomes of its rows in the runs that they were given to. A row may be changed or
/// deleted meanwhile: it is known by its id.
class RowTracker : public QObject {
    Q_OBJECT

public:
    RowTracker(RunBridge* bridge, PromptModel* model, QObject* parent = nullptr);

    /// The run in this folder will be made of these rows; they wait from now on.
    void follow(const QString& folder, RunRows rows);

    /// The run will be given these rows as well, behind those that it has.
    void followMore(RunKey key, const std::vector<quint64>& ids);

private:
    void findRuns();
    void takePlan(RunKey key);
    void dropAdded(RunKey key);
    void update(RunKey key, const QList<qint64>& items);
    void updateRow(RunKey key, const RunState& run, const RunRows& rows, int row);
    void loadThumbnail(const MadeImage& image);
    void showPreview(RunKey key, qint64 item, const QImage& preview);
    void setThumbnail(quint64 id, const QImage& picture);
    static int rowOfItem(const RunRows& rows, qint64 item);

    RunBridge* const bridge_;
    PromptModel* const model_;
    QHash<QString, RunRows> expected_;  ///< by folder: not yet known to the bridge
    QHash<RunKey, RunRows> runs_;
    QHash<RunKey, std::vector<quint64>> added_;  ///< all of the run's rows, once its plan has them
    QHash<quint64, QImage> thumbnails_;          ///< by the ids of entries
};

/// "GPU 1", "CPU 2": a worker's device as the panes call it.
QString deviceText(const std::string& device, int worker);

}  // namespace fanlight::ui

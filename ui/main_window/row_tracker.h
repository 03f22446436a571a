#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <QVariantList>
#include <vector>

#include "ui/bridge/run_bridge.h"

namespace fanlight::ui {

class PromptModel;

/// Which row each item of a run belongs to.
struct RunRows {
    std::vector<quint64> ids;       ///< of the prompt entries, by the run's row
    std::vector<qint64> firstItem;  ///< by row, followed by the number of items
};

RunRows rowsOf(const RunPlan& plan, std::vector<quint64> ids);

/// Shows in the prompt list how its rows fare in their runs. A row is identified by its id, so it may be changed or
/// deleted meanwhile.
class RowTracker : public QObject {
    Q_OBJECT

public:
    RowTracker(RunBridge* bridge, PromptModel* model, QObject* parent = nullptr);

    /// The run in this folder will consist of these rows; they are pending from now on.
    void follow(const QString& folder, RunRows rows);

    /// These rows are being appended to the run.
    void followMore(RunKey key, const std::vector<quint64>& ids);

    /// Which of the list's rows the latest runs were made from, by their places in it, to be kept with the list.
    QVariantList saved() const;
    /// The list is another one; `saved` are its runs.
    void restore(const QVariantList& saved);

Q_SIGNALS:
    /// saved() has changed, although the rows have not.
    void changed();

private:
    void findRuns();
    void takePlan(RunKey key);
    void dropAdded(RunKey key);
    void refuse(const QString& folder);
    std::vector<quint64> idsOf(const QString& folder) const;
    void take(const QString& folder, std::vector<quint64> ids);
    void update(RunKey key, const QList<qint64>& items);
    void updateRow(RunKey key, const RunState& run, const RunRows& rows, int row);
    void loadThumbnail(const MadeImage& image);
    void loadLastThumbnail(quint64 id);
    void readThumbnail(quint64 id, const QString& file);
    void showPreview(RunKey key, qint64 item, const QImage& preview);
    void setThumbnail(quint64 id, const QImage& picture);
    static int rowOfItem(const RunRows& rows, qint64 item);

    RunBridge* const bridge_;
    PromptModel* const model_;
    QStringList folders_;                            ///< of the list's runs, the latest last
    QHash<QString, RunRows> expected_;               ///< by folder: runs not yet known to the bridge
    QHash<QString, std::vector<quint64>> restored_;  ///< by folder: runs of which only the rows are known
    QHash<RunKey, RunRows> runs_;
    QHash<RunKey, std::vector<quint64>> added_;  ///< all rows of the run, until its plan has them too
    QHash<quint64, QImage> thumbnails_;          ///< by entry id
    QSet<quint64> looked_;                       ///< whose last image has been looked for, by entry id
};

/// "GPU 1", "CPU 2": a worker's device as shown in the panes.
QString deviceText(const std::string& device, int worker);

}  // namespace fanlight::ui

#include "ui/queue/run_model.h"

#include <QLocale>
#include <array>

#include "ui/models/duration.h"
#include "ui/models/run_title.h"
#include "ui/models/sentence.h"
#include "ui/models/task_words.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

struct Phase {
    const char* text;
    const char* icon;
};

/// In the order of RunPhase. What is done in a running one depends on its task.
constexpr std::array<Phase, 7> phases = {{{QT_TRANSLATE_NOOP("fanlight::ui::RunModel", "Waiting"), "pending"},
                                          {"", "working"},
                                          {QT_TRANSLATE_NOOP("fanlight::ui::RunModel", "Paused"), "pause"},
                                          {QT_TRANSLATE_NOOP("fanlight::ui::RunModel", "Finished"), "done"},
                                          {QT_TRANSLATE_NOOP("fanlight::ui::RunModel", "Cancelled"), "cancel"},
                                          {QT_TRANSLATE_NOOP("fanlight::ui::RunModel", "Failed"), "failed"},
                                          {QT_TRANSLATE_NOOP("fanlight::ui::RunModel", "Interrupted"), "cancel"}}};

QString nameText(const RunState& run) { return runTitle(run); }

QString stateText(const RunState& run) {
    const std::string& until = run.head().quiet_until;
    if (!until.empty() && run.phase() != RunPhase::Paused)
        return RunModel::tr("Quiet until %1").arg(QString::fromStdString(until));
    return phaseText(run.phase(), run.head().task);
}

/// "2 failed", "1 left out", of what is more than none.
QStringList unmadeTexts(const RunCounts& counts) {
    QStringList parts;
    if (counts.failed > 0) parts << RunModel::tr("%n failed", nullptr, static_cast<int>(counts.failed));
    if (counts.cancelled > 0) parts << RunModel::tr("%n cancelled", nullptr, static_cast<int>(counts.cancelled));
    return parts;
}

QString doneText(const RunState& run) {
    const RunCounts counts = run.counts();
    QStringList parts{RunModel::tr("%1 of %2").arg(counts.done).arg(counts.total)};
    parts << unmadeTexts(counts);
    if (const auto warnings = static_cast<int>(run.head().warnings); warnings > 0)
        parts << RunModel::tr("%n warning(s)", nullptr, warnings);
    return parts.join(RunModel::tr(", "));
}

QString leftText(const RunState& run) {
    const auto seconds = run.seconds_left();
    return seconds && run.head().quiet_until.empty() ? durationText(*seconds) : QString();
}

struct ColumnText {
    const char* title;
    QString (*text)(const RunState& run);
};

/// In the order of Column.
constexpr std::array<ColumnText, RunModel::ColumnCount> columns = {
    {{QT_TRANSLATE_NOOP("fanlight::ui::RunModel", "Run"), nameText},
     {QT_TRANSLATE_NOOP("fanlight::ui::RunModel", "State"), stateText},
     {QT_TRANSLATE_NOOP("fanlight::ui::RunModel", "Done"), doneText},
     {QT_TRANSLATE_NOOP("fanlight::ui::RunModel", "Time left"), leftText}}};

/// Of texts that are being written.
QString rateText(const RunState& run) {
    double tokens = 0;
    for (const WorkerStatus& worker : run.workers())
        if (worker.state == WorkerState::Working && worker.seconds_per_image > 0)
            tokens += worker.tokens_per_text / worker.seconds_per_image;
    if (run.phase() != RunPhase::Running || tokens <= 0) return {};
    return RunModel::tr("%1 tokens/s").arg(QLocale().toString(tokens, 'f', tokens < 10 ? 1 : 0));
}

double fraction(const RunState& run) {
    const RunCounts counts = run.counts();
    return counts.total == 0 ? 0 : static_cast<double>(counts.settled()) / static_cast<double>(counts.total);
}

QString toolTip(const RunState& run) {
    const QString folder = QString::fromStdString(run.folder());
    return run.message().empty() ? folder : folder + "\n" + phrase(run.message());
}

}  // namespace

QString phaseText(RunPhase phase, const std::string& task) {
    return phase == RunPhase::Running ? wordsOf(task).atWork() : RunModel::tr(phases[static_cast<size_t>(phase)].text);
}

QString progressText(const RunState& run) {
    const RunCounts counts = run.counts();
    QStringList parts{wordsOf(run.head().task).doneOf(static_cast<int>(counts.total)).arg(counts.done)};
    parts << unmadeTexts(counts);
    if (run.phase() == RunPhase::Paused || !run.head().quiet_until.empty()) parts.append(stateText(run));
    if (const QString rate = rateText(run); !rate.isEmpty()) parts.append(rate);
    if (const QString left = leftText(run); !left.isEmpty()) parts.append(RunModel::tr("about %1 left").arg(left));
    return parts.join(RunModel::tr(", "));
}

RunModel::RunModel(RunBridge* bridge, QObject* parent)
    : QAbstractTableModel(parent), bridge_(bridge), keys_(bridge->runs()) {
    connect(bridge, &RunBridge::runsChanged, this, &RunModel::refresh);
    connect(bridge, &RunBridge::runChanged, this, &RunModel::change);
}

int RunModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(keys_.size());
}
int RunModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant RunModel::data(const QModelIndex& index, int role) const {
    const RunState* run = index.isValid() ? bridge_->run(key(index.row())) : nullptr;
    if (!run) return {};
    switch (role) {
        case Qt::DisplayRole:
            return columns[static_cast<size_t>(index.column())].text(*run);
        case Qt::EditRole:
            return index.column() == Name ? nameText(*run) : QVariant();
        case Qt::DecorationRole:
            return index.column() == State ? icon(phases[static_cast<size_t>(run->phase())].icon) : QVariant();
        case Qt::ToolTipRole:
            return toolTip(*run);
        case KeyRole:
            return key(index.row());
        case FractionRole:
            return fraction(*run);
        default:
            return {};
    }
}

Qt::ItemFlags RunModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() == Name ? flags | Qt::ItemIsEditable : flags;
}

bool RunModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || index.column() != Name || role != Qt::EditRole) return false;
    const RunState* run = bridge_->run(key(index.row()));
    const QString name = value.toString().trimmed();
    if (!run || name == nameText(*run)) return false;
    bridge_->rename(key(index.row()), name);
    return true;
}

QVariant RunModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    return section >= 0 && section < ColumnCount ? tr(columns[static_cast<size_t>(section)].title) : QVariant();
}

/// Runs that remain keep their model rows, so that the selection survives.
void RunModel::refresh() {
    const QList<RunKey> now = bridge_->runs();
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (now.contains(keys_[row])) continue;
        beginRemoveRows({}, row, row);
        keys_.removeAt(row);
        endRemoveRows();
    }
    QList<RunKey> kept = now;
    kept.removeIf([this](RunKey key) { return !keys_.contains(key); });
    if (kept != keys_) reorder(kept);
    for (int row = 0; row < now.size(); ++row) {
        if (row < keys_.size() && keys_[row] == now[row]) continue;
        beginInsertRows({}, row, row);
        keys_.insert(row, now[row]);
        endInsertRows();
    }
    change(0);
}

/// `keys` are the same runs in another order.
void RunModel::reorder(const QList<RunKey>& keys) {
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    for (const QModelIndex& index : before)
        after.append(createIndex(static_cast<int>(keys.indexOf(keys_[index.row()])), index.column()));
    keys_ = keys;
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

void RunModel::change(RunKey key) {
    const int first = key == 0 ? 0 : row(key), last = key == 0 ? rowCount() - 1 : first;
    if (first >= 0 && last >= first) Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
}

}  // namespace fanlight::ui

#include "moc_run_model.cpp"

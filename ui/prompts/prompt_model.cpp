#include "ui/prompts/prompt_model.h"

#include <QApplication>
#include <QMimeData>
#include <algorithm>

#include "core/base/error.h"
#include "core/batch/items.h"
#include "core/batch/parameter_rules.h"
#include "ui/models/direction.h"
#include "ui/models/parameter_labels.h"
#include "ui/models/sentence.h"
#include "ui/prompts/row_clipboard.h"
#include "ui/prompts/token_counter.h"
#include "ui/style/icons.h"
#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

constexpr const char* rowsMimeType = "application/x-fanlight-rows";  // their numbers, in the list that the next names
constexpr const char* originMimeType = "application/x-fanlight-list";

QString displayed(const PromptField& field, QString value) {
    if (field.rules.size() == 1) value = valueLabel(field.rules[0], value);
    const bool isSize = field.rules.size() > 1 && !value.isEmpty();
    return isSize ? leftToRight(value) : isolatedSyntax(value.replace('\n', ' '));
}

bool isField(const PromptField& field, const char* rule) {
    return field.rules.size() == 1 && field.rules[0] == QLatin1String(rule);
}

/// It can be seen in selected rows, too.
QIcon warningIcon() {
    constexpr int side = 16;
    const QPalette palette = QApplication::palette();
    const double ratio = qApp->devicePixelRatio();
    QIcon icon(iconPixmap("failed", side, warningColor(palette), ratio));
    icon.addPixmap(iconPixmap("failed", side, palette.color(QPalette::HighlightedText), ratio), QIcon::Selected);
    return icon;
}

bool isSeed(const PromptField& field) { return isField(field, "seed"); }

}  // namespace

/// The only kind of change: rows replaced by others.
class PromptModel::Splice : public QUndoCommand {
public:
    Splice(PromptModel* model, int first, std::vector<PromptEntry> before, std::vector<PromptEntry> after,
           const QString& what, int mergeKey)
        : QUndoCommand(what),
          model_(model),
          first_(first),
          before_(std::move(before)),
          after_(std::move(after)),
          mergeKey_(mergeKey) {}

    void undo() override { model_->splice(first_, int(after_.size()), before_); }
    void redo() override { model_->splice(first_, int(before_.size()), after_); }
    int id() const override { return mergeKey_; }

    /// Continued typing in one field is one change.
    bool mergeWith(const QUndoCommand* other) override {
        const auto* next = static_cast<const Splice*>(other);
        if (next->first_ != first_) return false;
        after_ = next->after_;
        return true;
    }

private:
    PromptModel* const model_;
    const int first_;
    const std::vector<PromptEntry> before_;
    std::vector<PromptEntry> after_;
    const int mergeKey_;
};

const PromptField& PromptModel::fieldOf(int column) { return promptFields()[size_t(column) - 1]; }

QString PromptModel::rowName(int row) { return tr("Row %1").arg(row + 1); }

PromptModel::PromptModel(QObject* parent) : QAbstractTableModel(parent), rowsWithValue_(promptFields().size() + 1) {}

void PromptModel::push(int first, int removed, std::vector<PromptEntry> inserted, const QString& what, int mergeKey) {
    for (PromptEntry& entry : inserted)
        if (entry.id == 0) entry.id = nextId_++;
    std::vector<PromptEntry> before(entries_.begin() + first, entries_.begin() + first + removed);
    if (before == inserted) return;
    undo_.push(new Splice(this, first, std::move(before), std::move(inserted), what, mergeKey));
}

void PromptModel::splice(int first, int removed, const std::vector<PromptEntry>& inserted) {
    const int kept = std::min(removed, int(inserted.size())), last = first + kept;
    const auto alike = [this](const PromptEntry& a, const PromptEntry& b) { return itemsOf(a) == itemsOf(b); };
    const auto same = [](const PromptEntry& a, const PromptEntry& b) { return a.id == b.id; };
    const auto isLike = [&](const auto& compare) {
        return removed == int(inserted.size()) &&
               std::equal(inserted.begin(), inserted.end(), entries_.begin() + first, compare);
    };
    const bool sameItems = isLike(alike), sameRows = isLike(same);
    for (int row = first; row < first + removed; ++row) tally(entries_[size_t(row)], -1);
    for (const PromptEntry& entry : inserted) tally(entry, 1);
    const auto overwrite = [&] {
        std::copy_n(inserted.begin(), kept, entries_.begin() + first);
        if (!sameRows) rows_.clear();
        if (!sameItems) seedOffsets_.clear();  // typing in a row does not change the others' seeds
    };
    if (removed > kept) {
        beginRemoveRows({}, last, first + removed - 1);
        overwrite();
        entries_.erase(entries_.begin() + last, entries_.begin() + first + removed);
        endRemoveRows();
    } else if (int(inserted.size()) > kept) {
        beginInsertRows({}, last, first + int(inserted.size()) - 1);
        overwrite();
        entries_.insert(entries_.begin() + last, inserted.begin() + kept, inserted.end());
        endInsertRows();
    } else {
        overwrite();
    }
    if (kept > 0) Q_EMIT dataChanged(index(first, 0), index(last - 1, columnCount() - 1));
    if (!sameItems) recount(last);
}

/// Replaces rows so that others get another place; these keep their seeds.
void PromptModel::rearrange(int first, int removed, std::vector<PromptEntry> inserted, const QString& what) {
    const auto base = firstSeed();
    if (!base || sameSeed_ || first == rowCount()) return push(first, removed, std::move(inserted), what);
    const std::vector<qint64>& offsets = seedOffsets();
    const auto keepSeed = [&](PromptEntry& entry, qint64 offset) {
        if (itemsOf(entry) > 0) entry = seeded(std::move(entry), seedOf(*base, offset));
    };
    QHash<quint64, qint64> before;
    for (int row = first; row < first + removed; ++row) before[entries_[size_t(row)].id] = offsets[size_t(row)];
    qint64 next = offsets[size_t(first)];
    for (PromptEntry& entry : inserted) {
        const auto old = before.constFind(entry.id);
        const bool isNew = old == before.constEnd();
        if (!isNew && *old != next) keepSeed(entry, *old);
        next += isNew ? std::max<qint64>(1, itemsOf(entry)) : itemsOf(entry);  // an empty row will be filled
    }
    const int behind = first + removed;
    if (behind == rowCount() || next == offsets[size_t(behind)]) return push(first, removed, std::move(inserted), what);
    for (int row = behind; row < rowCount(); ++row) {
        inserted.push_back(entries_[size_t(row)]);
        keepSeed(inserted.back(), offsets[size_t(row)]);
    }
    push(first, rowCount() - first, std::move(inserted), what);
}

void PromptModel::insert(int row, std::vector<PromptEntry> entries, const QString& what) {
    if (!entries.empty()) rearrange(std::clamp(row, 0, rowCount()), 0, std::move(entries), what);
}

void PromptModel::remove(const QList<int>& rows) {
    if (rows.isEmpty()) return;
    const auto [lowest, highest] = std::minmax_element(rows.begin(), rows.end());
    const QSet<int> gone(rows.begin(), rows.end());
    std::vector<PromptEntry> kept;
    for (int row = *lowest; row <= *highest; ++row)
        if (!gone.contains(row)) kept.push_back(entries_[row]);
    rearrange(*lowest, *highest - *lowest + 1, std::move(kept), tr("Delete rows"));
}

void PromptModel::duplicate(const QList<int>& rows) {
    if (rows.isEmpty()) return;
    QList<int> sorted = rows;
    std::sort(sorted.begin(), sorted.end());
    std::vector<PromptEntry> copies;
    for (const int row : sorted) copies.push_back(entries_[row]), copies.back().id = 0;
    insert(sorted.last() + 1, std::move(copies), tr("Duplicate rows"));
}

void PromptModel::move(const QList<int>& rows, int before) {
    if (rows.isEmpty()) return;
    before = std::clamp(before, 0, rowCount());
    const auto [lowest, highest] = std::minmax_element(rows.begin(), rows.end());
    const int first = std::min(*lowest, before), last = std::max(*highest + 1, before);
    const QSet<int> moved(rows.begin(), rows.end());
    std::vector<PromptEntry> order;
    const auto take = [&](int from, int to, bool wanted) {
        for (int row = from; row < to; ++row)
            if (moved.contains(row) == wanted) order.push_back(entries_[row]);
    };
    take(first, before, false);
    take(first, last, true);
    take(before, last, false);
    rearrange(first, last - first, std::move(order), tr("Move rows"));
}

void PromptModel::replace(int first, std::vector<PromptEntry> entries, const QString& what) {
    const int count = int(entries.size());
    push(first, count, std::move(entries), what);
}

void PromptModel::setPrompt(int row, const QString& prompt) {
    PromptEntry entry = entries_[row];
    entry.prompt = prompt;
    push(row, 1, {std::move(entry)}, tr("Edit prompt"), 1);
}

bool PromptModel::change(const QList<int>& rows, const QString& what,
                         const std::function<void(PromptEntry&, int)>& edit) {
    if (rows.isEmpty()) return true;
    const auto [lowest, highest] = std::minmax_element(rows.begin(), rows.end());
    std::vector<PromptEntry> entries(entries_.begin() + *lowest, entries_.begin() + *highest + 1);
    try {
        for (int i = 0; i < int(rows.size()); ++i) edit(entries[size_t(rows[i] - *lowest)], i);
    } catch (const UsageError& error) {
        Q_EMIT refused(inLabels(said(error)));
        return false;
    }
    replace(*lowest, std::move(entries), what);
    return true;
}

bool PromptModel::setValue(const QList<int>& rows, int column, const QString& text) {
    return setValues(rows, column, QStringList(rows.size(), text));
}

bool PromptModel::setValues(const QList<int>& rows, int column, const QStringList& texts) {
    const PromptField& field = fieldOf(column);
    return change(rows, tr("Change %1").arg(titleOf(field)),
                  [&](PromptEntry& entry, int i) { fanlight::ui::setValue(entry, field, texts[i], rowName(rows[i])); });
}

void PromptModel::numberSeeds() {
    std::vector<PromptEntry> entries = entries_;
    for (PromptEntry& entry : entries)
        if (entry.values.contains("seed")) entry.values.remove("seed");
    replace(0, std::move(entries), tr("Renumber seeds"));
}

void PromptModel::reset(std::vector<PromptEntry> entries) {
    beginResetModel();
    entries_ = std::move(entries);
    for (PromptEntry& entry : entries_) entry.id = nextId_++;
    states_.clear();
    planned_.clear();
    rows_.clear();
    seedOffsets_.clear();
    std::fill(rowsWithValue_.begin(), rowsWithValue_.end(), 0);
    for (const PromptEntry& entry : entries_) tally(entry, 1);
    endResetModel();
    undo_.clear();
}

void PromptModel::setDefaults(const QMap<QString, QString>& defaults, bool sameSeed, const Affixes& affixes) {
    if (defaults == defaults_ && sameSeed == sameSeed_ && affixes == affixes_) return;
    defaults_ = defaults;
    sameSeed_ = sameSeed;
    affixes_ = affixes;
    seedOffsets_.clear();
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, promptColumn), index(rowCount() - 1, columnCount() - 1));
}

int PromptModel::rowOf(quint64 id) const {
    if (rows_.isEmpty())
        for (int row = 0; row < rowCount(); ++row) rows_[entries_[row].id] = row;
    return rows_.value(id, -1);
}

void PromptModel::markPlanned(const std::vector<quint64>& ids) {
    for (const quint64 id : ids)
        if (const int row = rowOf(id); row >= 0) planned_[id] = entries_[size_t(row)];
}

void PromptModel::markEdited(const std::vector<quint64>& ids) {
    for (const quint64 id : ids) planned_[id] = {};  // as no row is
}

bool PromptModel::isEdited(quint64 id) const {
    const auto planned = planned_.constFind(id);
    const int row = planned == planned_.constEnd() ? -1 : rowOf(id);
    return row >= 0 && !(*planned == entries_[size_t(row)]);
}

void PromptModel::setState(quint64 id, const RowState& state) {
    states_[id] = state;
    const int row = rowOf(id);
    if (row >= 0) Q_EMIT dataChanged(index(row, stateColumn), index(row, stateColumn));
}

RowStage PromptModel::stage(quint64 id) const {
    const auto state = states_.constFind(id);
    return state == states_.constEnd() ? RowStage::Idle : state->stage;
}

void PromptModel::clearStates() {
    states_.clear();
    planned_.clear();
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, stateColumn), index(rowCount() - 1, stateColumn));
}

int PromptModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(entries_.size()); }
int PromptModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(promptFields().size()) + 1;
}

void PromptModel::setTokenCounter(const TokenCounter* counter) {
    tokens_ = counter;
    connect(counter, &TokenCounter::changed, this, [this] {
        if (rowCount() > 0) Q_EMIT dataChanged(index(0, promptColumn), index(rowCount() - 1, columnCount() - 1));
    });
}

PromptReading PromptModel::reading(int row) const {
    const Emphasis byDefault = emphasisOf(defaults_, Emphasis::Original);
    PromptReading reading =
        row < 0 || row >= rowCount() ? byDefault : emphasisOf(entries_[size_t(row)].values, byDefault);
    if (tokens_ && !tokens_->readsSyntax()) reading.emphasis = Emphasis::Literal;
    return reading;
}

/// A parameter that the row sets, or else the default.
QString PromptModel::value(int row, const char* rule) const {
    const QString otherwise = defaults_.value(rule);
    return row < 0 || row >= rowCount() ? otherwise : entries_[size_t(row)].values.value(rule, otherwise);
}

int PromptModel::steps(int row) const { return std::max(1, value(row, "steps").toInt()); }

PromptModel::WholePrompts PromptModel::wholePrompts(int row) const {
    if (row < 0 || row >= rowCount() || entries_[size_t(row)].prompt.trimmed().isEmpty()) return {};
    const PromptEntry& entry = entries_[size_t(row)];
    const WholePrompts own{entry.prompt, value(row, "negative_prompt")};
    if (affixes_.empty() && value(row, "styles").isEmpty()) return own;
    try {
        const PromptRow whole = wholeRow(entry, defaults_, affixes_, styles_, rowName(row).toStdString());
        const auto& negative = whole.overrides.negative_prompt;
        return {QString::fromStdString(whole.prompt), negative ? QString::fromStdString(*negative) : own.negative};
    } catch (const UsageError&) {
        return own;  // a run says which style is not there
    }
}

void PromptModel::setStyles(Styles styles) {
    if (styles.all().empty() && styles_.all().empty()) return;  // what is being typed stays
    styles_ = std::move(styles);
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, promptColumn), index(rowCount() - 1, columnCount() - 1));
}

/// The tokens at the end of a literal prompt that the model does not read, as a run finds them.
int PromptModel::cutTokens(int row, const PromptField& field) const {
    const bool isPrompt = field.rules.empty() || find_parameter(field.rules.front())->is_prompt;
    if (!tokens_ || !isPrompt) return 0;
    const PromptReading reading = this->reading(row);
    if (reading.emphasis != Emphasis::Literal) return 0;
    const auto& [prompt, negative] = wholePrompts(row);
    if (prompt.isEmpty()) return 0;
    if (field.rules.empty()) return tokens_->cutFrom(prompt, reading);
    const QLatin1String rule(field.rules.front());
    if (rule.startsWith(QLatin1String("negative")) &&
        !tokens_->guides(value(row, "cfg_scale").toDouble(), value(row, "true_cfg_scale").toDouble()))
        return 0;
    return tokens_->cutFrom(isField(field, "negative_prompt") ? negative : value(row, field.rules.front()), reading);
}

QString PromptModel::cutNote(int row, const PromptField& field) const {
    const int cut = cutTokens(row, field);
    return cut == 0
               ? QString()
               : tr("The last %n token(s) have no effect: the prompt is longer than the model reads.", nullptr, cut);
}

bool PromptModel::showsEmptyText(const PromptEntry& entry, const PromptField& field) const {
    if (!takesEmptyText(field)) return false;
    const auto usual = defaults_.constFind(field.rules.front());
    if (isField(field, "negative_prompt") && usual == defaults_.constEnd())
        return entry.blankNegative || isEmptyText(entry, field);
    return isEmptyText(entry, field) && usual != defaults_.constEnd() && !usual->isEmpty();
}

QString PromptModel::inherited(int row, const PromptField& field) const {
    if (field.rules.empty()) return {};
    if (showsEmptyText(entries_[size_t(row)], field)) return tr("‹empty›");
    if (isEmptyText(entries_[size_t(row)], field)) return {};
    if (isField(field, "emphasis")) return QString::fromStdString(name_of(reading(row).emphasis));
    if (isField(field, "literal")) return reading(row).emphasis == Emphasis::Literal ? "yes" : "no";
    PromptEntry entry;
    entry.values = defaults_;
    const auto seed = isSeed(field) ? firstSeed() : std::nullopt;
    return seed ? seedOf(*seed, seedOffsets()[static_cast<size_t>(row)]) : valueOf(entry, field);
}

/// From which rows count up; none: it is drawn when a run begins.
std::optional<quint64> PromptModel::firstSeed() const {
    bool isNumber = false;
    const quint64 seed = defaults_.value("seed").toULongLong(&isNumber);
    return isNumber ? std::optional(seed) : std::nullopt;
}

/// How many items a run makes of the entry.
qint64 PromptModel::itemsOf(const PromptEntry& entry) const {
    if (entry.prompt.trimmed().isEmpty()) return 0;
    const auto own = entry.values.constFind("images");
    return items_of_row(own == entry.values.constEnd() ? std::nullopt : std::optional(own->toInt()),
                        std::max(1, defaults_.value("images").toInt()));
}

const std::vector<qint64>& PromptModel::seedOffsets() const {
    if (seedOffsets_.size() != entries_.size()) {
        seedOffsets_.clear();
        qint64 next = 0;
        for (const PromptEntry& entry : entries_) {
            seedOffsets_.push_back(next);
            if (!sameSeed_) next += itemsOf(entry);
        }
    }
    return seedOffsets_;
}

/// Counts what the row sets, a size once.
void PromptModel::tally(const PromptEntry& entry, int by) {
    if (!entry.prompt.isEmpty()) rowsWithValue_[promptColumn] += by;
    quint64 counted = 0;
    for (auto value = entry.values.keyBegin(); value != entry.values.keyEnd(); ++value) {
        const int column = fieldWith(*value) + promptColumn;
        if (column == stateColumn || (counted >> column & 1)) continue;
        counted |= quint64{1} << column;
        rowsWithValue_[size_t(column)] += by;
    }
}

/// The items of this row and those after it have changed.
void PromptModel::recount(int row) {
    seedOffsets_.clear();
    const auto& fields = promptFields();
    const int column = 1 + int(std::find_if(fields.begin(), fields.end(), isSeed) - fields.begin());
    if (row < rowCount()) Q_EMIT dataChanged(index(row, column), index(rowCount() - 1, column));
}

QVariant PromptModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const PromptEntry& entry = entries_[index.row()];
    if (index.column() == stateColumn) {
        RowState state = states_.value(entry.id);
        state.edited = state.stage != RowStage::Idle && isEdited(entry.id);
        if (role == StateRole) {
            if (state.done > 0 && state.thumbnail.isNull()) Q_EMIT thumbnailWanted(entry.id);
            return QVariant::fromValue(state);
        }
        if (role == Qt::AccessibleTextRole || role == Qt::ToolTipRole)
            return state.reason.isEmpty() ? stateText(state) : stateText(state) + "\n" + state.reason;
        return {};
    }
    const PromptField& field = fieldOf(index.column());
    const QString value = valueOf(entry, field);
    switch (role) {
        case Qt::EditRole:
            return value;
        case Qt::DisplayRole:
            return displayed(field, value.isEmpty() ? inherited(index.row(), field) : value);
        case Qt::AccessibleTextRole:
            return value.isEmpty() ? inherited(index.row(), field) : value;
        case Qt::ToolTipRole: {
            const QString note = cutNote(index.row(), field);
            if (!note.isEmpty()) return value + "\n\n" + note;
            return field.rules.empty() && !value.isEmpty() ? QVariant(value) : QVariant();
        }
        case Qt::DecorationRole:
            return cutTokens(index.row(), field) > 0 ? QVariant(warningIcon()) : QVariant();
        case Qt::AccessibleDescriptionRole:
            return cutNote(index.row(), field);
        case InheritedRole:
            return value.isEmpty();
        case Qt::TextAlignmentRole:
            return int(Qt::AlignLeading | Qt::AlignVCenter);
        default:
            return {};
    }
}

bool PromptModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || role != Qt::EditRole || index.column() == stateColumn) return false;
    return setValue({index.row()}, index.column(), value.toString());
}

QVariant PromptModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
    if (orientation == Qt::Vertical) return section + 1;
    if (section == stateColumn) return tr("State");
    return titleOf(fieldOf(section));
}

Qt::ItemFlags PromptModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::ItemIsDropEnabled;
    const Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled;
    return index.column() == stateColumn ? flags : flags | Qt::ItemIsEditable;
}

/// Unlike that of any other list, also of other windows.
QByteArray PromptModel::identity() const {
    return QByteArray::number(QCoreApplication::applicationPid()) + ' ' + QByteArray::number(quintptr(this));
}

QStringList PromptModel::mimeTypes() const { return {rowsMimeType, "text/uri-list"}; }

QMimeData* PromptModel::mimeData(const QModelIndexList& indexes) const {
    QByteArray rows;
    std::vector<PromptEntry> dragged;
    for (const QModelIndex& index : indexes) {
        if (index.column() != promptColumn) continue;
        rows += QByteArray::number(index.row()) + ' ';
        dragged.push_back(entries_[size_t(index.row())]);
    }
    QMimeData* data = clipboardData(dragged);
    data->setData(rowsMimeType, rows);
    data->setData(originMimeType, identity());
    return data;
}

bool PromptModel::dropMimeData(const QMimeData* data, Qt::DropAction, int row, int, const QModelIndex& parent) {
    const int before = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
    if (data->hasUrls()) {
        Q_EMIT filesDropped(data->urls(), before);
        return true;
    }
    if (data->hasFormat(originMimeType) && data->data(originMimeType) != identity()) {  // another window's
        ReadPrompts read = rowsOfClipboard(*data);
        insert(before, std::move(read.entries), tr("Drop rows"));
        return false;
    }
    QList<int> rows;
    for (const QByteArray& number : data->data(rowsMimeType).split(' ')) {
        bool isNumber = false;
        const int dragged = number.toInt(&isNumber);
        if (isNumber && dragged >= 0 && dragged < rowCount()) rows << dragged;
    }
    move(rows, before);
    return false;  // the rows have already been moved: the view must not delete them
}

namespace {

QString stageText(const RowState& state) {
    switch (state.stage) {
        case RowStage::Idle:
            return {};
        case RowStage::Pending:
            return PromptModel::tr("Waiting");
        case RowStage::Working:
            return state.of > 0 ? PromptModel::tr("%1 · step %2/%3").arg(state.device).arg(state.step).arg(state.of)
                                : state.device;
        case RowStage::Done:
            return state.images > 1 ? PromptModel::tr("%n image(s) done", nullptr, state.done)
                                    : PromptModel::tr("Done");
        case RowStage::Failed:
            return PromptModel::tr("Failed");
    }
    return {};
}

}  // namespace

QString stateText(const RowState& state) {
    const QString text = stageText(state);
    return state.edited ? PromptModel::tr("%1, edited since").arg(text) : text;
}

}  // namespace fanlight::ui

#include "moc_prompt_model.cpp"

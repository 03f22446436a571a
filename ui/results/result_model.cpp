#include "ui/results/result_model.h"

#include <algorithm>
#include <array>

#include "ui/models/item_states.h"
#include "ui/results/result_texts.h"

namespace fanlight::ui {

namespace {

constexpr size_t toolTipBytes = 2000;

constexpr std::array<const char*, ResultModel::ColumnCount> titles = {
    QT_TRANSLATE_NOOP("fanlight::ui::ResultModel", "No."), QT_TRANSLATE_NOOP("fanlight::ui::ResultModel", "Prompt"),
    QT_TRANSLATE_NOOP("fanlight::ui::ResultModel", "Answer"), QT_TRANSLATE_NOOP("fanlight::ui::ResultModel", "Note")};

}  // namespace

int ResultModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(answers_.size());
}
int ResultModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ResultModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const int row = index.row();
    const auto column = static_cast<Column>(index.column());
    if (role == Qt::DisplayRole) return text(row, column);
    if (role == StateRole) return static_cast<int>(answer(row).state);
    if (column == Number) {
        if (role == Qt::DecorationRole) return itemStateIcon(answer(row).state);
        if (role == Qt::ToolTipRole) return itemStateText(answer(row).state);
        if (role == Qt::AccessibleTextRole) return text(row, Number) + u' ' + itemStateText(answer(row).state);
        return {};
    }
    if (role != Qt::ToolTipRole) return {};
    if (column == Note) return text(row, Note);
    return beginningOf(column == Prompt ? task(row).prompt() : answer(row).text, toolTipBytes);
}

QVariant ResultModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    return section >= 0 && section < ColumnCount ? tr(titles[static_cast<size_t>(section)]) : QVariant();
}

QString ResultModel::text(int row, Column column) const {
    switch (column) {
        case Number:
            return QString::number(row + 1);
        case Prompt:
            return beginningOf(task(row).prompt());
        case Answered:
            return beginningOf(answer(row).text);
        default:
            return noteOf(answer(row));
    }
}

QString ResultModel::answerText(int row) const {
    return answer(row).state == ItemState::Done ? QString::fromStdString(answer(row).text) : QString();
}
QString ResultModel::promptText(int row) const { return QString::fromStdString(task(row).prompt()); }

bool ResultModel::contains(int row, const QString& words) const {
    const auto has = [&](const std::string& text) {
        return QString::fromStdString(text).contains(words, Qt::CaseInsensitive);
    };
    return has(answer(row).text) || has(task(row).prompt());
}

bool ResultModel::extends(const RunAnswers& run) const {
    return run.folder == folder_ && !answers_.empty() && run.answers.size() >= answers_.size();
}

void ResultModel::setRun(RunAnswers run) {
    if (!extends(run)) {
        beginResetModel();
        folder_ = run.folder;
        plan_ = std::move(run.plan);
        answers_ = std::move(run.answers);
        return endResetModel();
    }
    plan_ = std::move(run.plan);
    const size_t known = answers_.size();
    if (run.answers.size() > known) {
        beginInsertRows({}, static_cast<int>(known), static_cast<int>(run.answers.size()) - 1);
        answers_.insert(answers_.end(), run.answers.begin() + static_cast<std::ptrdiff_t>(known), run.answers.end());
        endInsertRows();
    }
    std::vector<ItemAnswer> read;
    for (size_t item = 0; item < known; ++item) read.push_back({static_cast<qint64>(item), run.answers[item]});
    setAnswers(read);
}

void ResultModel::setAnswers(const std::vector<ItemAnswer>& changed) {
    std::vector<int> rows;
    for (const auto& [item, answer] : changed) {
        if (item < 0 || item >= rowCount()) continue;
        Answer& known = answers_[static_cast<size_t>(item)];
        const bool isTakenBack = known.state == ItemState::Done && answer.state != ItemState::Done;
        if (isTakenBack || known == answer) continue;
        known = answer;
        rows.push_back(static_cast<int>(item));
    }
    announce(std::move(rows));
}

/// One signal for rows that follow each other: whoever filters looks at all rows from the first to the last.
void ResultModel::announce(std::vector<int> rows) {
    std::sort(rows.begin(), rows.end());
    for (auto first = rows.begin(); first != rows.end();) {
        const auto gap = std::adjacent_find(first, rows.end(), [](int a, int b) { return b > a + 1; });
        const auto last = gap == rows.end() ? rows.end() - 1 : gap;
        Q_EMIT dataChanged(index(*first, 0), index(*last, ColumnCount - 1));
        first = last + 1;
    }
}

}  // namespace fanlight::ui

#include "moc_result_model.cpp"

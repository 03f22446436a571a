#include "ui/prompts/find_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

#include "ui/models/direction.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

constexpr int shortestFieldLetters = 16;

}  // namespace

/// What is sought, in which columns.
class FindBar::Search {
public:
    Search(QString text, std::optional<QRegularExpression> expression, Qt::CaseSensitivity cases, int column)
        : text_(std::move(text)), expression_(std::move(expression)), cases_(cases), column_(column) {}

    /// The first column that has it; nullopt: none.
    std::optional<int> columnIn(const PromptEntry& entry) const {
        std::optional<int> found;
        eachColumn(entry, [&](int column, const QString& value) {
            if (!found && matches(value)) found = column;
        });
        return found;
    }

    void replaceIn(PromptEntry& entry, const QString& replacement, const QString& where) const {
        const PromptEntry before = entry;
        eachColumn(before, [&](int column, QString value) {
            if (!matches(value)) return;
            expression_ ? value.replace(*expression_, replacement) : value.replace(text_, replacement, cases_);
            setValue(entry, PromptModel::fieldOf(column), value, where);
        });
    }

private:
    bool matches(const QString& value) const {
        return expression_ ? value.contains(*expression_) : value.contains(text_, cases_);
    }

    template <typename Take>
    void eachColumn(const PromptEntry& entry, Take take) const {
        if (column_ > 0) return take(column_, valueOf(entry, PromptModel::fieldOf(column_)));
        take(PromptModel::promptColumn, entry.prompt);
        for (auto rule = entry.values.keyBegin(); rule != entry.values.keyEnd(); ++rule) {
            const int field = fieldWith(*rule);
            const bool isFirst = field > 0 && (*rule == promptFields()[size_t(field)].rules.front() ||
                                               !entry.values.contains(promptFields()[size_t(field)].rules.front()));
            if (isFirst) take(field + PromptModel::promptColumn, valueOf(entry, promptFields()[size_t(field)]));
        }
    }

    QString text_;
    std::optional<QRegularExpression> expression_;
    Qt::CaseSensitivity cases_;
    int column_;
};

FindBar::FindBar(PromptModel* model, PromptTable* table, QWidget* parent)
    : QWidget(parent), model_(model), table_(table), replaceRow_(makeReplacement()), result_(new QLabel) {
    result_->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(makeSearch());
    layout->addWidget(replaceRow_);
    layout->addWidget(result_);
    result_->hide();
    setTabOrder(find_, replacement_);
}

QWidget* FindBar::makeSearch() {
    find_ = new QLineEdit;
    find_->setPlaceholderText(tr("Find"));
    find_->setAccessibleName(tr("Find"));
    find_->setClearButtonEnabled(true);
    find_->setMinimumWidth(shortestFieldLetters * fontMetrics().averageCharWidth());
    column_ = new QComboBox;
    column_->setAccessibleName(tr("Where to search"));
    column_->addItem(tr("All columns"));  // instead of the state: the others have the numbers of the table's columns
    for (const PromptField& field : promptFields()) column_->addItem(titleOf(field));
    matchCase_ = new QCheckBox(tr("Match case"));
    expression_ = new QCheckBox(tr("Regular expression"));
    const auto button = [this](const QString& iconName, const QString& text, void (FindBar::*slot)()) {
        auto* made = new QToolButton;
        made->setIcon(icon(iconName));
        made->setToolTip(text);
        made->setAccessibleName(text);
        made->setAutoRaise(true);
        connect(made, &QToolButton::clicked, this, slot);
        return made;
    };
    auto* searching = new QWidget;
    auto* layout = new QHBoxLayout(searching);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(find_, 1);
    layout->addWidget(column_);
    layout->addWidget(button("up", tr("Previous match"), &FindBar::findPrevious));
    layout->addWidget(button("down", tr("Next match"), &FindBar::findNext));
    layout->addWidget(matchCase_);
    layout->addWidget(expression_);
    layout->addWidget(button("close", tr("Close"), &FindBar::closed));
    connect(find_, &QLineEdit::returnPressed, this, &FindBar::findNext);
    connect(find_, &QLineEdit::textChanged, result_, &QLabel::hide);
    connect(column_, &QComboBox::activated, this, [this] { isColumnChosen_ = true; });
    return searching;
}

QWidget* FindBar::makeReplacement() {
    replacement_ = new QLineEdit;
    replacement_->setPlaceholderText(tr("Replace with"));
    replacement_->setAccessibleName(tr("Replace with"));
    replacement_->setMinimumWidth(shortestFieldLetters * fontMetrics().averageCharWidth());
    onlySelected_ = new QCheckBox(tr("Only in selected rows"));
    auto* one = new QPushButton(tr("Replace"));
    connect(one, &QPushButton::clicked, this, &FindBar::replaceCurrent);
    auto* all = new QPushButton(tr("Replace all"));
    connect(all, &QPushButton::clicked, this, &FindBar::replaceAll);
    auto* replacing = new QWidget;
    auto* layout = new QHBoxLayout(replacing);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(replacement_, 1);
    layout->addWidget(onlySelected_);
    layout->addWidget(one);
    layout->addWidget(all);
    connect(replacement_, &QLineEdit::returnPressed, this, &FindBar::replaceCurrent);
    return replacing;
}

void FindBar::open(bool replace) {
    if (!isColumnChosen_) column_->setCurrentIndex(replace ? PromptModel::promptColumn : 0);
    replaceRow_->setVisible(replace);
    show();
    find_->setFocus();
    find_->selectAll();
}

/// None for what cannot be sought.
std::optional<FindBar::Search> FindBar::search() const {
    const bool withCase = matchCase_->isChecked();
    std::optional<QRegularExpression> expression;
    if (expression_->isChecked())
        expression.emplace(find_->text(),
                           withCase ? QRegularExpression::NoPatternOption : QRegularExpression::CaseInsensitiveOption);
    if (find_->text().isEmpty() || (expression && !expression->isValid())) return std::nullopt;
    return Search(find_->text(), std::move(expression), withCase ? Qt::CaseSensitive : Qt::CaseInsensitive,
                  column_->currentIndex());
}

int FindBar::nextMatch(int from, bool backwards) const {
    const auto wanted = search();
    const int count = model_->rowCount();
    for (int i = 1; wanted && i <= count; ++i) {
        const int row = ((backwards ? from - i : from + i) + 2 * count) % count;
        if (wanted->columnIn(model_->entries()[size_t(row)])) return row;
    }
    return -1;
}

void FindBar::showResult(const QString& text) {
    result_->setText(text);
    result_->show();
}

void FindBar::step(bool backwards) {
    const auto wanted = search();
    const int row = nextMatch(row_, backwards);
    if (!wanted) return showResult(find_->text().isEmpty() ? QString() : tr("The expression is not complete."));
    if (row < 0) return showResult(tr("No row contains this."));
    const PromptEntry& entry = model_->entries()[size_t(row)];
    const int column = wanted->columnIn(entry).value_or(PromptModel::promptColumn);
    const PromptField& field = PromptModel::fieldOf(column);
    const bool isHidden = table_->isColumnHidden(column);
    Q_EMIT found(row, isHidden ? PromptModel::promptColumn : column);
    if (isHidden)
        showResult(tr("In the hidden column %1: %2").arg(isolated(titleOf(field)), isolated(valueOf(entry, field))));
    else
        result_->hide();
}

void FindBar::findNext() { step(false); }
void FindBar::findPrevious() { step(true); }

/// false: there would be something that cannot be.
bool FindBar::replaceIn(const QList<int>& rows, const QString& what) {
    const auto wanted = search();
    return wanted && model_->change(rows, what, [&](PromptEntry& entry, int i) {
        wanted->replaceIn(entry, replacement_->text(), PromptModel::rowName(rows[i]));
    });
}

void FindBar::replaceCurrent() {
    if (row_ < 0 || row_ >= model_->rowCount() || !search() || replaceIn({row_}, tr("Replace"))) findNext();
}

void FindBar::replaceAll() {
    const auto wanted = search();
    if (!wanted) return step(false);
    QList<int> rows;
    const auto consider = [&](int row) {
        if (wanted->columnIn(model_->entries()[size_t(row)])) rows << row;
    };
    if (onlySelected_->isChecked())
        for (const int row : table_->selectedRows()) consider(row);
    else
        for (int row = 0; row < model_->rowCount(); ++row) consider(row);
    if (!replaceIn(rows, tr("Replace all"))) return;
    showResult(rows.isEmpty() ? tr("No row contains this.") : tr("%n row(s) changed.", nullptr, int(rows.size())));
}

void FindBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else
        QWidget::keyPressEvent(event);
}

}  // namespace fanlight::ui

#include "moc_find_bar.cpp"

#include "ui/prompts/find_bar.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QToolButton>

#include "ui/prompts/prompt_model.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

FindBar::FindBar(PromptModel* model, QWidget* parent) : QWidget(parent), model_(model) {
    find_ = new QLineEdit;
    find_->setPlaceholderText(tr("Find in prompts"));
    find_->setAccessibleName(tr("Find in prompts"));
    find_->setClearButtonEnabled(true);
    replacement_ = new QLineEdit;
    replacement_->setPlaceholderText(tr("Replace with"));
    replacement_->setAccessibleName(tr("Replace with"));
    matchCase_ = new QCheckBox(tr("Match case"));
    expression_ = new QCheckBox(tr("Regular expression"));
    result_ = new QLabel;
    result_->setForegroundRole(QPalette::PlaceholderText);

    const auto button = [this](const QString& iconName, const QString& text, void (FindBar::*slot)()) {
        auto* made = new QToolButton;
        made->setIcon(icon(iconName));
        made->setToolTip(text);
        made->setAccessibleName(text);
        made->setAutoRaise(true);
        connect(made, &QToolButton::clicked, this, slot);
        return made;
    };
    auto* one = new QPushButton(tr("Replace"));
    connect(one, &QPushButton::clicked, this, &FindBar::replaceCurrent);
    auto* all = new QPushButton(tr("Replace all"));
    connect(all, &QPushButton::clicked, this, &FindBar::replaceAll);

    auto* searching = new QHBoxLayout;
    searching->addWidget(find_, 1);
    searching->addWidget(button("up", tr("Previous match"), &FindBar::findPrevious));
    searching->addWidget(button("down", tr("Next match"), &FindBar::findNext));
    searching->addWidget(matchCase_);
    searching->addWidget(expression_);
    searching->addWidget(button("close", tr("Close"), &FindBar::closed));
    replaceRow_ = new QWidget;
    auto* replacing = new QHBoxLayout(replaceRow_);
    replacing->setContentsMargins(0, 0, 0, 0);
    replacing->addWidget(replacement_, 1);
    replacing->addWidget(one);
    replacing->addWidget(all);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(searching);
    layout->addWidget(replaceRow_);
    layout->addWidget(result_);
    result_->hide();
    connect(find_, &QLineEdit::returnPressed, this, &FindBar::findNext);
    connect(find_, &QLineEdit::textChanged, result_, &QLabel::hide);
    connect(replacement_, &QLineEdit::returnPressed, this, &FindBar::replaceCurrent);
}

void FindBar::open(bool replace) {
    replaceRow_->setVisible(replace);
    show();
    find_->setFocus();
    find_->selectAll();
}

QRegularExpression FindBar::pattern() const {
    const QString text = expression_->isChecked() ? find_->text() : QRegularExpression::escape(find_->text());
    return QRegularExpression(text, matchCase_->isChecked() ? QRegularExpression::NoPatternOption
                                                            : QRegularExpression::CaseInsensitiveOption);
}

bool FindBar::matches(int row) const { return model_->entries()[row].prompt.contains(pattern()); }

int FindBar::nextMatch(int from, bool backwards) const {
    const int count = model_->rowCount();
    const QRegularExpression wanted = pattern();
    if (find_->text().isEmpty() || !wanted.isValid()) return -1;
    for (int i = 1; i <= count; ++i) {
        const int row = ((backwards ? from - i : from + i) + 2 * count) % count;
        if (model_->entries()[row].prompt.contains(wanted)) return row;
    }
    return -1;
}

void FindBar::showResult(const QString& text) {
    result_->setText(text);
    result_->show();
}

void FindBar::step(bool backwards) {
    const int row = nextMatch(row_, backwards);
    if (row >= 0)
        Q_EMIT found(row);
    else
        showResult(pattern().isValid() ? tr("No prompt contains this.") : tr("The expression is not complete."));
}

void FindBar::findNext() { step(false); }
void FindBar::findPrevious() { step(true); }

void FindBar::replaceCurrent() {
    if (row_ >= 0 && row_ < model_->rowCount() && pattern().isValid() && !find_->text().isEmpty() && matches(row_)) {
        PromptEntry entry = model_->entries()[row_];
        entry.prompt.replace(pattern(), replacement_->text());
        model_->replace(row_, {entry}, tr("Replace"));
    }
    findNext();
}

void FindBar::replaceAll() {
    const QRegularExpression wanted = pattern();
    if (find_->text().isEmpty() || !wanted.isValid()) return step(false);
    std::vector<PromptEntry> entries = model_->entries();
    int changed = 0;
    for (PromptEntry& entry : entries) {
        if (!entry.prompt.contains(wanted)) continue;
        entry.prompt.replace(wanted, replacement_->text());
        ++changed;
    }
    if (changed > 0) model_->replace(0, std::move(entries), tr("Replace all"));
    showResult(changed > 0 ? tr("%n prompt(s) changed.", nullptr, changed) : tr("No prompt contains this."));
}

void FindBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else
        QWidget::keyPressEvent(event);
}

}  // namespace fanlight::ui

#include "moc_find_bar.cpp"

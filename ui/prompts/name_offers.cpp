#include "ui/prompts/name_offers.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QEvent>
#include <QRegularExpression>
#include <QScrollBar>

#include "ui/prompts/offered_names.h"
#include "ui/prompts/prompt_edit.h"

namespace fanlight::ui {

namespace {

constexpr int shownNames = 10;

/// As when nobody chooses another one.
const QString usualWeight = QStringLiteral(":1>");

}  // namespace

std::optional<OpenName> openNameAt(const QString& prompt, int position) {
    static const QRegularExpression tag("<lora:([^<>:\\n]*)$", QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression word("(?<![\\w.-])[\\w.-]{2,}$", QRegularExpression::UseUnicodePropertiesOption);
    const QString before = prompt.left(position);
    const bool isInside = position < prompt.size() && (prompt[position].isLetterOrNumber() || prompt[position] == u'_');
    if (isInside) return std::nullopt;
    if (const auto match = tag.match(before); match.hasMatch())
        return OpenName{true, int(match.capturedStart(1)), match.captured(1)};
    if (const auto match = word.match(before); match.hasMatch())
        return OpenName{false, int(match.capturedStart()), match.captured()};
    return std::nullopt;
}

NameOffers::NameOffers(PromptEdit* edit, OfferedNames* names)
    : QObject(edit), edit_(edit), names_(names), completer_(new QCompleter(this)) {
    completer_->setWidget(edit);
    completer_->setCaseSensitivity(Qt::CaseInsensitive);
    completer_->setMaxVisibleItems(shownNames);
    connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &NameOffers::take);
    edit->installEventFilter(this);
}

bool NameOffers::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn) names_->refresh();
    return QObject::eventFilter(watched, event);
}

bool NameOffers::isOpen() const { return completer_->popup()->isVisible(); }

void NameOffers::offer() {
    const auto open = openNameAt(edit_->text(), edit_->position());
    if (!open) return completer_->popup()->hide();
    open_ = *open;
    QAbstractItemModel* names = open_.isLora ? names_->loras() : names_->embeddings();
    if (names != completer_->model()) completer_->setModel(names);
    completer_->setFilterMode(open_.isLora ? Qt::MatchContains : Qt::MatchStartsWith);
    completer_->setCompletionPrefix(open_.typed);
    const int found = completer_->completionCount();
    if (found == 0 || (found == 1 && completer_->currentCompletion() == open_.typed))
        return completer_->popup()->hide();
    QAbstractItemView* list = completer_->popup();
    QRect place = edit_->cursorRect();
    place.setWidth(list->sizeHintForColumn(0) + list->verticalScrollBar()->sizeHint().width());
    completer_->complete(place);
}

void NameOffers::take(const QString& name) {
    const QString prompt = edit_->text();
    const int end = open_.begin + int(open_.typed.size());
    const bool isWhole = end < prompt.size() && (prompt[end] == u':' || prompt[end] == u'>');
    edit_->replace(open_.begin, end, open_.isLora && !isWhole ? name + usualWeight : name);
}

}  // namespace fanlight::ui

#include "moc_name_offers.cpp"

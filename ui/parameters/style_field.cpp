#include "ui/parameters/style_field.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWidgetAction>

#include "core/base/error.h"
#include "core/batch/parameter_rules.h"
#include "ui/models/background.h"
#include "ui/models/parameter_labels.h"
#include "ui/models/styles_here.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

constexpr int listWidth = 260, listHeight = 300;  // pixels

/// What the text names; nullopt if it is no list of names yet.
std::optional<std::vector<std::string>> namesIn(const QString& text) {
    if (text.trimmed().isEmpty()) return std::vector<std::string>();
    try {
        Overrides read;
        find_parameter("styles")->read(text.toStdString(), read, "styles");
        return read.styles;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

StyleField::StyleField(QWidget* parent)
    : QWidget(parent), names_(new QLineEdit), menu_(new QMenu(this)), search_(new QLineEdit), list_(new QListWidget) {
    names_->setAccessibleName(labelOf("styles"));
    names_->setPlaceholderText(tr("none"));
    search_->setPlaceholderText(tr("Search styles"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    list_->setFixedSize(listWidth, listHeight);
    list_->setAccessibleName(labelOf("styles"));
    auto* popup = new QWidget;
    auto* column = new QVBoxLayout(popup);
    column->setContentsMargins(6, 6, 6, 6);
    column->addWidget(search_);
    column->addWidget(list_);
    auto* action = new QWidgetAction(menu_);
    action->setDefaultWidget(popup);
    menu_->addAction(action);
    auto* open = new QToolButton;
    open->setIcon(icon("preset"));
    open->setToolTip(tr("Select styles"));
    open->setAccessibleName(open->toolTip());
    open->setAutoRaise(true);
    open->setMenu(menu_);
    open->setPopupMode(QToolButton::InstantPopup);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(4);
    row->addWidget(names_, 1);
    row->addWidget(open);

    connect(names_, &QLineEdit::textEdited, this, [this] { Q_EMIT edited(styles()); });
    connect(menu_, &QMenu::aboutToShow, this, &StyleField::fill);
    connect(search_, &QLineEdit::textChanged, this, &StyleField::filter);
    connect(list_, &QListWidget::itemChanged, this, &StyleField::takeChecked);
}

QString StyleField::styles() const { return names_->text().trimmed(); }

void StyleField::setStyles(const QString& styles) {
    if (styles != this->styles()) names_->setText(styles);
}

void StyleField::fill() {
    search_->clear();
    search_->setFocus();
    inBackground(this, stylesHere, [this](const Styles& styles) { setKnown(styles); });
}

void StyleField::setKnown(const Styles& styles) {
    const QSignalBlocker quiet(list_);
    list_->clear();
    for (const Style& style : styles.all()) {
        auto* item = new QListWidgetItem(QString::fromStdString(style.name), list_);
        item->setToolTip(QString::fromStdString(style.prompt));
        item->setCheckState(Qt::Unchecked);
    }
    if (styles.all().empty()) {
        auto* item = new QListWidgetItem(tr("No styles found; Help tells where they are kept."), list_);
        item->setFlags(Qt::NoItemFlags);
    }
    showChecked();
}

void StyleField::showChecked() {
    Styles named;
    for (const std::string& name : namesIn(names_->text()).value_or(std::vector<std::string>()))
        named.add({name, "", ""});
    for (int row = 0; row < list_->count(); ++row)
        if (QListWidgetItem* item = list_->item(row); item->flags() & Qt::ItemIsUserCheckable)
            item->setCheckState(named.find(item->text().toStdString()) ? Qt::Checked : Qt::Unchecked);
}

/// Those that are named already keep their order, which matters; a new one is applied last.
void StyleField::takeChecked() {
    std::vector<std::string> names = namesIn(names_->text()).value_or(std::vector<std::string>());
    for (int row = 0; row < list_->count(); ++row) {
        const QListWidgetItem* item = list_->item(row);
        Styles shown;
        shown.add({item->text().toStdString(), "", ""});
        const auto named = std::find_if(names.begin(), names.end(), [&](const auto& name) { return shown.find(name); });
        if (item->checkState() == Qt::Checked && named == names.end()) names.push_back(item->text().toStdString());
        if (item->checkState() == Qt::Unchecked && named != names.end()) names.erase(named);
    }
    names_->setText(names.empty() ? QString() : QString::fromStdString(style_names(names)));
    Q_EMIT edited(styles());
}

void StyleField::filter(const QString& text) {
    for (int row = 0; row < list_->count(); ++row)
        list_->item(row)->setHidden(!list_->item(row)->text().contains(text, Qt::CaseInsensitive));
}

}  // namespace fanlight::ui

#include "moc_style_field.cpp"

#include "ui/parameters/field.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/style/icons.h"

namespace fanlight::ui {

Field::Field(const QString& name, QWidget* control, const QString& help, QWidget* parent)
    : QWidget(parent), control_(control), button_(new QToolButton), help_(new QLabel) {
    control->setAccessibleName(name);
    auto* label = new QLabel(name);
    label->setBuddy(control);
    label->setForegroundRole(QPalette::PlaceholderText);
    button_->setIcon(icon("help"));
    button_->setIconSize({14, 14});
    button_->setFixedSize(20, 20);
    button_->setAutoRaise(true);
    button_->setCheckable(true);
    button_->setAccessibleName(tr("Help: %1").arg(name));
    button_->setFocusPolicy(Qt::TabFocus);
    help_->setWordWrap(true);
    help_->hide();
    connect(button_, &QToolButton::toggled, help_, &QLabel::setVisible);

    auto* head = new QHBoxLayout;
    head->setSpacing(4);
    head->addWidget(label);
    head->addStretch();
    head->addWidget(button_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(head);
    layout->addWidget(control);
    layout->addWidget(help_);
    setHelp(help);
}

void Field::setHelp(const QString& help) {
    control_->setAccessibleDescription(help);
    button_->setToolTip(help);
    help_->setText(help);
}

Section::Section(const QString& title, QWidget* parent)
    : QWidget(parent), heading_(new QToolButton), body_(new QWidget), fields_(new QVBoxLayout(body_)) {
    heading_->setText(title);
    heading_->setAutoRaise(true);
    heading_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    heading_->setIconSize({12, 12});
    heading_->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    QFont font = heading_->font();
    font.setBold(true);
    heading_->setFont(font);
    connect(heading_, &QToolButton::clicked, this, [this] { setOpen(body_->isHidden()); });
    fields_->setContentsMargins(8, 2, 8, 8);
    fields_->setSpacing(fieldSpacing);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(heading_);
    layout->addWidget(body_);
    setOpen(true);
}

void Section::setOpen(bool open) {
    body_->setVisible(open);
    heading_->setIcon(icon(open ? "chevron-down" : isRightToLeft() ? "chevron-left" : "chevron-right"));
    heading_->setAccessibleDescription(open ? tr("Open") : tr("Closed"));
}

void Section::add(QWidget* field) { fields_->addWidget(field); }

void Section::addRow(const QList<QWidget*>& fields) {
    auto* row = new QHBoxLayout;
    row->setSpacing(fieldSpacing);
    for (QWidget* field : fields) row->addWidget(field, 1, Qt::AlignTop);
    fields_->addLayout(row);
}

}  // namespace fanlight::ui

#include "moc_field.cpp"

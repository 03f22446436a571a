#include "ui/main_window/run_bar.h"

#include <QAction>
#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>

#include "ui/style/elided_label.h"

namespace fanlight::ui {

namespace {

constexpr int minBarWidth = 60, maxBarWidth = 220, barHeight = 6, thousandths = 1000;

}  // namespace

RunBar::RunBar(QAction* generate, QAction* pause, QAction* cancel, QWidget* parent)
    : QWidget(parent), text_(new ElidedLabel), bar_(new QProgressBar) {
    bar_->setRange(0, thousandths);
    bar_->setTextVisible(false);
    bar_->setFixedHeight(barHeight);
    bar_->setMinimumWidth(minBarWidth);
    bar_->setMaximumWidth(maxBarWidth);
    bar_->setAccessibleName(tr("Progress of the run"));
    text_->setForegroundRole(QPalette::PlaceholderText);
    QPushButton* accent = buttonFor(generate);
    accent->setProperty("accent", true);
    accent->setMinimumWidth(120);
    running_ = {buttonFor(pause), buttonFor(cancel)};
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 6);
    layout->addWidget(accent);
    for (QPushButton* button : running_) layout->addWidget(button);
    layout->addSpacing(8);
    layout->addWidget(bar_, 1);
    layout->addWidget(text_, 2);
    showProgress({}, -1);
}

QPushButton* RunBar::buttonFor(QAction* action) {
    auto* button = new QPushButton;
    const auto show = [button, action] {
        button->setText(action->text());
        button->setIcon(action->icon());
        button->setToolTip(action->toolTip());
        button->setEnabled(action->isEnabled());
    };
    connect(action, &QAction::changed, button, show);
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    show();
    return button;
}

void RunBar::showProgress(const QString& text, double fraction) {
    const bool running = fraction >= 0;
    for (QPushButton* button : running_) button->setVisible(running);
    bar_->setVisible(running);
    bar_->setValue(qRound(fraction * thousandths));
    text_->setText(text);
}

}  // namespace fanlight::ui

#include "moc_run_bar.cpp"

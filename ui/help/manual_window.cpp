#include "ui/help/manual_window.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/config/program_paths.h"
#include "ui/help/manual_page.h"
#include "ui/models/window_geometry.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

ManualWindow* ManualWindow::open(QWidget* owner, const QString& page) {
    static QPointer<ManualWindow> window;
    if (!window) {
        window = new ManualWindow(QString::fromStdString((resources_folder() / "manual").string()));
        window->setAttribute(Qt::WA_DeleteOnClose);
        window->setAttribute(Qt::WA_QuitOnClose, false);  // the program ends with its main window
        connect(owner, &QObject::destroyed, window, [] { delete window; });
    }
    window->page().showPage(page);
    window->show();
    window->raise();
    window->activateWindow();
    return window;
}

ManualWindow::ManualWindow(const QString& folder)
    : page_(new ManualPage(folder)), bar_(new QWidget), find_(new QLineEdit), result_(new QLabel) {
    setWindowTitle(tr("Manual"));
    resize(sizeOnScreen(this, {920, 800}));
    makeBar();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(bar_);
    layout->addWidget(page_, 1);
    page_->setFocus();
}

void ManualWindow::makeBar() {
    auto* row = new QHBoxLayout(bar_);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(6);
    const bool mirrored = isRightToLeft();
    auto* back = addButton(mirrored ? "next" : "previous", tr("Back"), QKeySequence("Alt+Left"));
    auto* forward = addButton(mirrored ? "previous" : "next", tr("Forward"), QKeySequence("Alt+Right"));
    auto* home = addButton("home", tr("First page"), QKeySequence("Alt+Home"));
    connect(back, &QToolButton::clicked, page_, &QTextBrowser::backward);
    connect(forward, &QToolButton::clicked, page_, &QTextBrowser::forward);
    connect(home, &QToolButton::clicked, page_, [this] { page_->showPage(firstPage); });
    back->setEnabled(false);
    forward->setEnabled(false);
    connect(page_, &QTextBrowser::backwardAvailable, back, &QWidget::setEnabled);
    connect(page_, &QTextBrowser::forwardAvailable, forward, &QWidget::setEnabled);

    row->addStretch(1);
    result_->setForegroundRole(QPalette::PlaceholderText);
    row->addWidget(result_);
    find_->setPlaceholderText(tr("Find in the page"));
    find_->setAccessibleName(tr("Find in the page"));
    find_->setClearButtonEnabled(true);
    find_->addAction(icon("find"), QLineEdit::LeadingPosition);
    find_->setMaximumWidth(280);
    row->addWidget(find_, 1);
    auto* previous = addButton("up", tr("Previous match"), QKeySequence("Shift+F3"));
    auto* next = addButton("down", tr("Next match"), QKeySequence("F3"));
    connect(previous, &QToolButton::clicked, this, [this] { find(/*backwards=*/true); });
    connect(next, &QToolButton::clicked, this, [this] { find(/*backwards=*/false); });
    connect(find_, &QLineEdit::returnPressed, this, [this] { find(/*backwards=*/false); });
    connect(find_, &QLineEdit::textChanged, this, [this](const QString& text) { showFound(page_->findAsTyped(text)); });

    auto* finding = new QAction(this);
    finding->setShortcut(QKeySequence::Find);
    connect(finding, &QAction::triggered, this, [this] {
        find_->setFocus();
        find_->selectAll();
    });
    addAction(finding);
}

QToolButton* ManualWindow::addButton(const QString& name, const QString& text, const QKeySequence& key) {
    auto* button = new QToolButton;
    button->setIcon(icon(name));
    button->setAutoRaise(true);
    button->setAccessibleName(text);
    button->setShortcut(key);
    button->setToolTip(text + " (" + key.toString(QKeySequence::NativeText) + ")");
    bar_->layout()->addWidget(button);
    return button;
}

void ManualWindow::find(bool backwards) { showFound(page_->findText(find_->text(), backwards)); }

void ManualWindow::showFound(bool found) {
    result_->setText(found || find_->text().isEmpty() ? QString() : tr("Not on this page"));
}

void ManualWindow::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Escape) return QWidget::keyPressEvent(event);
    find_->hasFocus() ? page_->setFocus() : static_cast<void>(close());
}

}  // namespace fanlight::ui

#include "moc_manual_window.cpp"

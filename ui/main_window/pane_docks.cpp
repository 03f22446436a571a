#include "ui/main_window/pane_docks.h"

#include <QAction>
#include <QDockWidget>
#include <QMainWindow>
#include <algorithm>

#include "ui/main_window/mirrored_docks.h"
#include "ui/models/window_geometry.h"
#include "ui/settings/settings.h"
#include "ui/style/content_area.h"

namespace fanlight::ui {

namespace {

/// Versions of what is remembered: raised when a pane is added, whose place older ones do not know, or when it means
/// something else. Since `leftToRight` it is the arrangement of a language that is written in this direction.
constexpr int withoutResults = 0, ofOwnDirection = 1, leftToRight = 2;

constexpr QSize firstSize(1600, 960), smallScreen(800, 600);  // pixels

bool isMirrored(const QMainWindow* window) { return window->layoutDirection() == Qt::RightToLeft; }

Qt::DockWidgetArea leadingArea(const QMainWindow* window) {
    return isMirrored(window) ? Qt::RightDockWidgetArea : Qt::LeftDockWidgetArea;
}

Qt::DockWidgetArea trailingArea(const QMainWindow* window) {
    return isMirrored(window) ? Qt::LeftDockWidgetArea : Qt::RightDockWidgetArea;
}

/// How wide a pane must be to be seen whole, which depends on the user's font.
int widthOf(const QDockWidget* dock) {
    const auto* area = qobject_cast<const ContentArea*>(dock->widget());
    return area->widget()->minimumSizeHint().expandedTo(area->widget()->minimumSize()).width();
}

bool fits(const QSize& size, const QSize& room) { return size.boundedTo(room) == size; }

}  // namespace

PaneDocks::PaneDocks(const Panes& panes, QMainWindow* window)
    : QObject(window),
      window_(window),
      parameters_(add("parameters", tr("Parameters"), panes.parameters)),
      gallery_(add("gallery", tr("Gallery"), panes.gallery)),
      details_(add("details", tr("Details"), panes.details)),
      queue_(add("queue", tr("Queue"), panes.queue)),
      devices_(add("devices", tr("Devices"), panes.devices)),
      results_(add("results", tr("Results"), panes.results)) {
    window->setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks);
    window->setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    window->setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    window->setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    for (QDockWidget* dock : {queue_, devices_}) dock->setTitleBarWidget(new QWidget);  // the tab names it
    window->resize(sizeOnScreen(window, firstSize));
    fits(smallScreen, roomFor(window).size()) ? arrange() : arrangeInOnePlace();
    results_->hide();
    initial_ = window->saveState();
}

QDockWidget* PaneDocks::add(const QString& name, const QString& title, QWidget* pane) {
    auto* dock = new QDockWidget(title, window_);
    dock->setObjectName(name);
    dock->setWidget(new ContentArea(pane));
    pane->setAccessibleName(title);
    auto* toggle = new QAction(title, dock);
    toggle->setCheckable(true);
    toggles_ << toggle;
    toggle->setShortcut(QKeySequence(QString("Alt+%1").arg(toggles_.size())));
    connect(dock->toggleViewAction(), &QAction::toggled, toggle, &QAction::setChecked);
    connect(toggle, &QAction::triggered, this, [this, dock, toggle] {
        const bool isSeen = dock->isVisible() && !isCovered(dock);
        dock->setVisible(!isSeen);
        if (!isSeen) dock->raise();
        toggle->setChecked(!isSeen);
    });
    return dock;
}

void PaneDocks::arrange() {
    window_->addDockWidget(leadingArea(window_), parameters_);
    for (QDockWidget* dock : {gallery_, details_}) window_->addDockWidget(trailingArea(window_), dock);
    for (QDockWidget* dock : {queue_, devices_}) window_->addDockWidget(Qt::BottomDockWidgetArea, dock);
    window_->tabifyDockWidget(queue_, devices_);
    window_->tabifyDockWidget(gallery_, results_);
    const QSize size = window_->size();
    const int ofParameters =
        std::max(std::min(300, size.width() * 7 / 32), std::min(widthOf(parameters_), size.width() / 3));
    window_->resizeDocks({parameters_, gallery_}, {ofParameters, std::min(440, size.width() / 4)}, Qt::Horizontal);
    window_->resizeDocks({gallery_, details_}, {size.height() * 9 / 16, size.height() * 5 / 16}, Qt::Vertical);
    window_->resizeDocks({queue_}, {std::min(260, size.height() * 2 / 7)}, Qt::Vertical);
    queue_->raise();
}

void PaneDocks::arrangeInOnePlace() {
    window_->addDockWidget(trailingArea(window_), parameters_);
    for (QDockWidget* dock : {gallery_, results_, details_, queue_, devices_})
        window_->tabifyDockWidget(parameters_, dock);
    window_->resizeDocks({parameters_}, {window_->width() / 2}, Qt::Horizontal);
    parameters_->raise();
}

/// Qt does not hide a dock whose tab is behind another one, nor a bar with a single tab, but moves it out of the
/// window.
bool PaneDocks::isCovered(const QWidget* widget) const {
    const QWidget* part = widget;
    while (part && part->parentWidget() != window_) part = part->parentWidget();
    return part && !part->isWindow() && !window_->rect().intersects(part->geometry());
}

void PaneDocks::showResults() {
    results_->show();
    results_->raise();
}

void PaneDocks::showGallery() {
    if (!gallery_->isHidden()) gallery_->raise();
}

void PaneDocks::restore() {
    restoreOnScreen(window_, settings::geometry.get(), firstSize);
    const bool isRestored = restoreArrangement(settings::docks.get());
    if (isRestored && !fits(window_->minimumSizeHint(), roomFor(window_).size()))
        reset();  // it was for a larger screen
}

bool PaneDocks::restoreArrangement(const QByteArray& stored) {
    if (window_->restoreState(isMirrored(window_) ? mirroredDocks(stored) : stored, leftToRight)) return true;
    if (window_->restoreState(stored, ofOwnDirection)) return true;
    if (!window_->restoreState(stored, withoutResults)) return false;
    window_->tabifyDockWidget(gallery_, results_);
    results_->hide();
    return true;
}

void PaneDocks::remember() const {
    settings::geometry.set(window_->saveGeometry());
    const QByteArray state = window_->saveState(leftToRight);
    settings::docks.set(isMirrored(window_) ? mirroredDocks(state) : state);
}

void PaneDocks::reset() { window_->restoreState(initial_); }

}  // namespace fanlight::ui

#include "moc_pane_docks.cpp"

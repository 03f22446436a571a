#include "ui/main_window/pane_docks.h"

#include <QAction>
#include <QDockWidget>
#include <QMainWindow>

#include "ui/settings/settings.h"

namespace fanlight::ui {

namespace {

/// Versions of what is remembered: raised when a pane is added, whose place older ones do not know.
constexpr int withoutResults = 0, arrangement = 1;

}  // namespace

PaneDocks::PaneDocks(const Panes& panes, QMainWindow* window) : QObject(window), window_(window) {
    window->setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks);
    window->setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    window->setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    window->setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    const bool mirrored = window->layoutDirection() == Qt::RightToLeft;
    const auto leading = mirrored ? Qt::RightDockWidgetArea : Qt::LeftDockWidgetArea;
    const auto trailing = mirrored ? Qt::LeftDockWidgetArea : Qt::RightDockWidgetArea;
    QDockWidget* parameters = add("parameters", tr("Parameters"), panes.parameters, leading);
    gallery_ = add("gallery", tr("Gallery"), panes.gallery, trailing);
    QDockWidget* details = add("details", tr("Details"), panes.details, trailing);
    QDockWidget* queue = add("queue", tr("Queue"), panes.queue, Qt::BottomDockWidgetArea);
    QDockWidget* devices = add("devices", tr("Devices"), panes.devices, Qt::BottomDockWidgetArea);
    results_ = add("results", tr("Results"), panes.results, trailing);
    window->tabifyDockWidget(queue, devices);
    window->tabifyDockWidget(gallery_, results_);
    for (QDockWidget* dock : {queue, devices}) dock->setTitleBarWidget(new QWidget);  // the tab names it

    window->resize(1600, 960);
    window->resizeDocks({parameters, gallery_}, {300, 440}, Qt::Horizontal);
    window->resizeDocks({gallery_, details}, {540, 300}, Qt::Vertical);
    window->resizeDocks({queue}, {260}, Qt::Vertical);
    queue->raise();
    results_->hide();
    initial_ = window->saveState();
}

QDockWidget* PaneDocks::add(const QString& name, const QString& title, QWidget* pane, Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, window_);
    dock->setObjectName(name);
    dock->setWidget(pane);
    pane->setAccessibleName(title);
    window_->addDockWidget(area, dock);
    QAction* toggle = dock->toggleViewAction();
    toggles_ << toggle;
    toggle->setShortcut(QKeySequence(QString("Alt+%1").arg(toggles_.size())));
    return dock;
}

void PaneDocks::showResults() {
    results_->show();
    results_->raise();
}

void PaneDocks::showGallery() {
    if (!gallery_->isHidden()) gallery_->raise();
}

void PaneDocks::restore() {
    window_->restoreGeometry(settings::geometry.get());
    const QByteArray docks = settings::docks.get();
    if (window_->restoreState(docks, arrangement)) return;
    window_->restoreState(docks, withoutResults);
    window_->tabifyDockWidget(gallery_, results_);
    results_->hide();
}

void PaneDocks::remember() const {
    settings::geometry.set(window_->saveGeometry());
    settings::docks.set(window_->saveState(arrangement));
}

void PaneDocks::reset() { window_->restoreState(initial_); }

}  // namespace fanlight::ui

#include "moc_pane_docks.cpp"

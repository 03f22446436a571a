#include "ui/queue/log_window.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <numeric>

#include "core/base/error.h"
#include "ui/models/background.h"
#include "ui/models/direction.h"
#include "ui/models/run_title.h"
#include "ui/models/sentence.h"
#include "ui/models/window_geometry.h"
#include "ui/style/icons.h"
#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

constexpr int readMs = 200;
constexpr int levelSize = 16;

/// In the order of LogLevel.
constexpr std::array<const char*, 3> levelTexts = {QT_TRANSLATE_NOOP("fanlight::ui::LogModel", "Information"),
                                                   QT_TRANSLATE_NOOP("fanlight::ui::LogModel", "Warning"),
                                                   QT_TRANSLATE_NOOP("fanlight::ui::LogModel", "Error")};

/// In the order of Column.
constexpr std::array<const char*, LogModel::ColumnCount> logTitles = {
    QT_TRANSLATE_NOOP("fanlight::ui::LogModel", "Time"), QT_TRANSLATE_NOOP("fanlight::ui::LogModel", "Level"),
    QT_TRANSLATE_NOOP("fanlight::ui::LogModel", "Message")};

QString timeText(const std::string& time) {
    const QString text = QString::fromStdString(time);
    const QDateTime when = QDateTime::fromString(text, Qt::ISODateWithMs).toLocalTime();
    return when.isValid() ? QLocale().toString(when, "d MMM HH:mm:ss") : text;
}

QString textOf(const LogEntry& entry, int column) {
    if (column == LogModel::Time) return timeText(entry.time);
    if (column == LogModel::Level) return LogModel::tr(levelTexts[static_cast<size_t>(entry.level)]);
    return said(entry.message);
}

QVariant iconOf(LogLevel level) {
    if (level == LogLevel::Info) return {};
    const QPalette palette = QApplication::palette();
    return iconPixmap("failed", levelSize, level == LogLevel::Error ? failedColor(palette) : warningColor(palette),
                      qApp->devicePixelRatio());
}

struct Reading {
    std::vector<LogEntry> entries;
    QString problem;
};

Reading readLog(const std::string& folder) {
    try {
        return {read_log(folder), {}};
    } catch (const std::exception& error) {
        return {{}, said(error)};
    }
}

}  // namespace

void LogModel::setEntries(std::vector<LogEntry> entries) {
    const bool hasGrown =
        entries.size() >= entries_.size() && std::equal(entries_.begin(), entries_.end(), entries.begin());
    if (hasGrown && entries.size() == entries_.size()) return;
    hasGrown ? beginInsertRows({}, rowCount(), static_cast<int>(entries.size()) - 1) : beginResetModel();
    entries_ = std::move(entries);
    hasGrown ? endInsertRows() : endResetModel();
}

QString LogModel::text(QList<int> rows) const {
    if (rows.isEmpty()) {
        rows.resize(rowCount());
        std::iota(rows.begin(), rows.end(), 0);
    }
    std::sort(rows.begin(), rows.end());
    QStringList lines;
    for (const int row : rows) {
        QStringList cells;
        for (int column = 0; column < ColumnCount; ++column)
            cells << textOf(entries_[static_cast<size_t>(row)], column);
        lines << cells.join('\t');
    }
    return lines.join('\n');
}

int LogModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}
int LogModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant LogModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const LogEntry& entry = entries_[static_cast<size_t>(index.row())];
    if (role == Qt::DisplayRole) {
        const QString text = textOf(entry, index.column());
        return QApplication::isRightToLeft() ? isolated(text) : text;  // times and sentences of core are in English
    }
    if (role == Qt::ToolTipRole) return textOf(entry, Message);
    if (role == Qt::DecorationRole && index.column() == Level) return iconOf(entry.level);
    return {};
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount) return {};
    return tr(logTitles[static_cast<size_t>(section)]);
}

LogWindow::LogWindow(RunBridge* bridge, RunKey run, QWidget* parent)
    : QDialog(parent),
      bridge_(bridge),
      run_(run),
      model_(new LogModel(this)),
      table_(new QTableView),
      problem_(new QLabel) {
    setAttribute(Qt::WA_DeleteOnClose);
    if (const RunState* state = bridge->run(run)) setWindowTitle(tr("Log of %1").arg(runTitle(*state)));
    table_->setModel(model_);
    table_->setAccessibleName(tr("Log"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->setTabKeyNavigation(false);
    table_->setIconSize({levelSize, levelSize});
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 10);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    table_->horizontalHeader()->setSectionResizeMode(LogModel::Message, QHeaderView::Stretch);
    auto* copyRows = new QAction(tr("Copy"), table_);
    copyRows->setShortcut(QKeySequence::Copy);
    copyRows->setShortcutContext(Qt::WidgetShortcut);
    connect(copyRows, &QAction::triggered, this, &LogWindow::copy);
    table_->addAction(copyRows);
    table_->setContextMenuPolicy(Qt::ActionsContextMenu);
    problem_->setWordWrap(true);
    problem_->hide();

    auto* buttons = new QDialogButtonBox;
    auto* all = buttons->addButton(tr("Copy all"), QDialogButtonBox::ActionRole);
    connect(all, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(model_->text({})); });
    auto* close = buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(table_, 1);
    layout->addWidget(problem_);
    layout->addWidget(buttons);
    resize(sizeOnScreen(this, {760, 360}));

    soon_.setSingleShot(true);
    soon_.setInterval(readMs);
    connect(&soon_, &QTimer::timeout, this, &LogWindow::read);
    const auto readSoon = [this](RunKey key) {
        if (key == run_ && !soon_.isActive()) soon_.start();
    };
    connect(bridge, &RunBridge::runChanged, this, readSoon);
    connect(bridge, &RunBridge::noticed, this, readSoon);
    read();
}

/// The end stays in view if it was.
void LogWindow::read() {
    const RunState* state = bridge_->run(run_);
    if (!state) return;
    inBackground(
        this, [folder = state->folder()] { return readLog(folder); },
        [this](Reading reading) {
            problem_->setText(reading.problem);
            problem_->setVisible(!reading.problem.isEmpty());
            const QScrollBar* bar = table_->verticalScrollBar();
            const bool atEnd = bar->value() == bar->maximum();
            model_->setEntries(std::move(reading.entries));
            for (const auto column : {LogModel::Time, LogModel::Level}) table_->resizeColumnToContents(column);
            if (atEnd) table_->scrollToBottom();
        });
}

void LogWindow::copy() {
    QList<int> rows;
    for (const QModelIndex& index : table_->selectionModel()->selectedRows()) rows.append(index.row());
    if (!rows.isEmpty()) QApplication::clipboard()->setText(model_->text(rows));
}

}  // namespace fanlight::ui

#include "moc_log_window.cpp"

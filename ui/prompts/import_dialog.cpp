#include "ui/prompts/import_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/models/direction.h"
#include "ui/models/window_geometry.h"
#include "ui/style/content_area.h"

namespace fanlight::ui {

namespace {

constexpr int maxExample = 48, maxHeight = 560;  // characters, pixels
constexpr const char* promptName = "prompt";

QLabel* muted(const QString& text) {
    auto* label = new QLabel(text);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setAlignment(leadingSide() | Qt::AlignVCenter);
    return label;
}

/// The beginning, on one line.
QString shortened(const std::string& text) {
    QString line = QString::fromStdString(text.substr(0, size_t{4} * maxExample)).simplified();
    return line.size() > maxExample ? line.left(maxExample - 1) + u'…' : line;
}

}  // namespace

ImportDialog::ImportDialog(std::vector<ForeignTable> tables, QWidget* parent)
    : QDialog(parent), mistake_(new QLabel), buttons_(new QDialogButtonBox) {
    setWindowTitle(tr("Columns of the list"));
    for (ForeignTable& table : tables) tables_.push_back({.foreign = std::move(table), .meanings = {}});
    auto* hint = new QLabel(tr("Fanlight does not know some of the columns. Choose what each of them sets."));
    hint->setWordWrap(true);
    auto* lists = new QWidget;
    auto* listLayout = new QVBoxLayout(lists);
    listLayout->setContentsMargins({});
    for (Table& table : tables_) listLayout->addWidget(makeTable(table));
    listLayout->addStretch();
    auto* scroll = new ContentArea(lists);
    scroll->setAccessibleName(tr("Columns"));
    mistake_->setAccessibleName(tr("What is missing"));
    mistake_->setWordWrap(true);
    auto* ok = buttons_->addButton(tr("Import"), QDialogButtonBox::AcceptRole);
    ok->setProperty("accent", true);
    ok->setDefault(true);
    buttons_->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addWidget(hint);
    layout->addWidget(scroll, 1);
    layout->addWidget(mistake_);
    layout->addWidget(buttons_);
    check();
    const QSize whole = sizeHint() + QSize(style()->pixelMetric(QStyle::PM_ScrollBarExtent), 0);
    resize(sizeOnScreen(this, whole.boundedTo({whole.width(), maxHeight})));
}

QWidget* ImportDialog::makeTable(Table& table) {
    auto* box = new QWidget;
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(16);
    auto* name = new QLabel(isolated(QFileInfo(table.foreign.name).fileName()));
    name->setToolTip(table.foreign.name);
    QFont bold = name->font();
    bold.setBold(true);
    name->setFont(bold);
    name->setAlignment(leadingSide());
    grid->addWidget(name, 0, 0, 1, 3);
    grid->addWidget(muted(tr("Column")), 1, 0);
    grid->addWidget(muted(tr("First value")), 1, 1);
    grid->addWidget(muted(tr("Sets")), 1, 2);
    int row = 2;
    for (const ListColumn& column : table.foreign.columns) {
        QComboBox* meaning = makeMeaning(column);
        auto* title = new QLabel(shortened(column.title));
        title->setTextFormat(Qt::PlainText);
        title->setBuddy(meaning);
        title->setAlignment(leadingSide() | Qt::AlignVCenter);
        auto* example = muted(isolatedSyntax(shortened(column.example)));
        example->setTextFormat(Qt::PlainText);
        grid->addWidget(title, row, 0);
        grid->addWidget(example, row, 1);
        grid->addWidget(meaning, row++, 2);
        table.meanings << meaning;
    }
    grid->setColumnStretch(1, 1);
    return box;
}

/// The parameters of the table's columns, in their order.
QComboBox* ImportDialog::makeMeaning(const ListColumn& column) {
    auto* meaning = new QComboBox;
    meaning->addItem(tr("Nothing: ignore it"), QString());
    for (const PromptField& field : promptFields()) {
        if (field.rules.empty()) meaning->addItem(titleOf(field), QString(promptName));
        for (const char* rule : field.rules)
            meaning->addItem(field.rules.size() == 1       ? titleOf(field)
                             : rule == field.rules.front() ? tr("Width")
                                                           : tr("Height"),
                             QString(rule));
    }
    const int known = meaning->findData(QString::fromStdString(column.parameter));
    meaning->setCurrentIndex(std::max(0, known));
    meaning->setAccessibleName(tr("What %1 sets").arg(isolated(shortened(column.title))));
    connect(meaning, &QComboBox::currentIndexChanged, this, &ImportDialog::check);
    return meaning;
}

/// Why the tables cannot be read like this; empty: they can.
QString ImportDialog::mistake() const {
    for (const Table& table : tables_) {
        QStringList taken;
        for (const QComboBox* meaning : table.meanings) {
            const QString parameter = meaning->currentData().toString();
            if (!parameter.isEmpty() && taken.contains(parameter))
                return tr("Two columns set the same: %1.").arg(meaning->currentText());
            taken << parameter;
        }
        if (!taken.contains(promptName)) return tr("Choose the column that holds the prompts.");
    }
    return {};
}

void ImportDialog::check() {
    const QString text = mistake();
    mistake_->setText(text);
    for (QAbstractButton* button : buttons_->buttons())
        if (buttons_->buttonRole(button) == QDialogButtonBox::AcceptRole) button->setEnabled(text.isEmpty());
}

ColumnChoices ImportDialog::choices() const {
    ColumnChoices choices;
    for (const Table& table : tables_) {
        ColumnChoice& choice = choices[table.foreign.name];
        for (qsizetype i = 0; i < table.meanings.size(); ++i) {
            const ListColumn& column = table.foreign.columns[size_t(i)];
            const std::string parameter = table.meanings[i]->currentData().toString().toStdString();
            if (!column.is_foreign && parameter == column.parameter) continue;  // as it is read anyway
            parameter.empty() ? choice.leave_out(column.title) : choice.take_as(column.title, parameter);
        }
    }
    return choices;
}

}  // namespace fanlight::ui

#include "moc_import_dialog.cpp"

#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <QUndoStack>
#include <QUrl>
#include <functional>

#include "core/batch/affixes.h"
#include "core/batch/styles.h"
#include "ui/models/row_state.h"
#include "ui/prompts/marked_prompt.h"
#include "ui/prompts/prompt_entry.h"

namespace fanlight::ui {

class TokenCounter;

/// The prompt list: the application's document. Every change goes through its undo stack; the live state of rows is not
/// part of the document. Column 0 shows the state, column c the field promptFields()[c - 1]. Where rows are inserted,
/// moved or removed, those that set no seed keep the one that they show: it is written into them.
class PromptModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role { StateRole = Qt::UserRole + 1, InheritedRole };
    static constexpr int stateColumn = 0, promptColumn = 1;

    explicit PromptModel(QObject* parent = nullptr);

    static const PromptField& fieldOf(int column);
    /// For messages: "Row 7".
    static QString rowName(int row);

    const std::vector<PromptEntry>& entries() const { return entries_; }
    /// The row with this id; -1: there is none.
    int rowOf(quint64 id) const;
    QUndoStack* undoStack() { return &undo_; }

    // Undoable changes; rows are 0-based.
    void insert(int row, std::vector<PromptEntry> entries, const QString& what);
    void remove(const QList<int>& rows);
    void duplicate(const QList<int>& rows);
    /// Moves the rows together before the row `before`, keeping their order.
    void move(const QList<int>& rows, int before);
    /// `entries` replace the rows from `first` on.
    void replace(int first, std::vector<PromptEntry> entries, const QString& what);
    void setPrompt(int row, const QString& prompt);
    /// Changes these rows as one step to undo; `edit` gets a row and its place among them. If it throws a UsageError,
    /// nothing changes, refused() says why, and false is returned.
    bool change(const QList<int>& rows, const QString& what, const std::function<void(PromptEntry&, int)>& edit);
    /// In the column of these rows: the same text in all, or a text for each.
    bool setValue(const QList<int>& rows, int column, const QString& text);
    bool setValues(const QList<int>& rows, int column, const QStringList& texts);
    /// Takes the seeds out of all rows, so that they count up again in the order of the list.
    void numberSeeds();

    /// Replaces the document and clears the undo stack.
    void reset(std::vector<PromptEntry> entries);

    /// What each row that sets no seed adds to that of a run of the whole list: the index of its first item, or nothing
    /// if all rows have the same seed. Valid until the list changes.
    const std::vector<qint64>& seedOffsets() const;

    /// How many rows set the column themselves.
    int rowsWithValue(int column) const { return rowsWithValue_[size_t(column)]; }

    /// Values of fields that rows leave open; shown in their place. By rule name; the seed is the first item's, or with
    /// `sameSeed` every row's. The affixes are no row's, and count where prompts are measured.
    void setDefaults(const QMap<QString, QString>& defaults, bool sameSeed = false, const Affixes& affixes = {});

    const QMap<QString, QString>& defaults() const { return defaults_; }

    /// Must outlive the model's views.
    void setTokenCounter(const TokenCounter* counter);

    /// The row's prompts with all that a run puts around them: what is measured. Empty: a run makes nothing of the row.
    struct WholePrompts {
        QString prompt, negative;
    };
    WholePrompts wholePrompts(int row) const;
    /// Those that rows and the defaults may name; without them they count nothing.
    void setStyles(Styles styles);

    /// Whether it has an empty text there that is another value than what it would have without it.
    bool showsEmptyText(const PromptEntry& entry, const PromptField& field) const;

    /// How the row's prompts are read.
    PromptReading reading(int row) const;
    int steps(int row) const;

    // Live states, by entry id.
    void setState(quint64 id, const RowState& state);
    RowState state(quint64 id) const { return states_.value(id); }
    RowStage stage(quint64 id) const;
    /// The rows are in a run as they are now: when they are changed, their state says so.
    void markPlanned(const std::vector<quint64>& ids);
    /// The same for rows that have been changed since.
    void markEdited(const std::vector<quint64>& ids);
    bool isEdited(quint64 id) const;
    void clearStates();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction | Qt::CopyAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                      const QModelIndex& parent) override;

Q_SIGNALS:
    /// Typed or dropped text was rejected: one sentence.
    void refused(const QString& sentence);
    void filesDropped(const QList<QUrl>& files, int row);
    /// A row is looked at whose images are made, and whose thumbnail is not there.
    void thumbnailWanted(quint64 id) const;

private:
    class Splice;
    void splice(int first, int removed, const std::vector<PromptEntry>& inserted);
    void rearrange(int first, int removed, std::vector<PromptEntry> inserted, const QString& what);
    void push(int first, int removed, std::vector<PromptEntry> inserted, const QString& what, int mergeKey = -1);
    QString value(int row, const char* rule) const;
    QByteArray identity() const;
    int cutTokens(int row, const PromptField& field) const;
    QString cutNote(int row, const PromptField& field) const;
    QString inherited(int row, const PromptField& field) const;
    qint64 itemsOf(const PromptEntry& entry) const;
    std::optional<quint64> firstSeed() const;
    void tally(const PromptEntry& entry, int by);
    void recount(int row);

    std::vector<PromptEntry> entries_;
    std::vector<int> rowsWithValue_;  ///< by column
    QMap<QString, QString> defaults_;
    bool sameSeed_ = false;
    Affixes affixes_;
    Styles styles_;
    const TokenCounter* tokens_ = nullptr;
    QHash<quint64, RowState> states_;
    QHash<quint64, PromptEntry> planned_;      ///< what rows were when they were planned
    mutable QHash<quint64, int> rows_;         ///< by id; empty: to be rebuilt
    mutable std::vector<qint64> seedOffsets_;  ///< by row; empty: to be recomputed
    quint64 nextId_ = 1;
    QUndoStack undo_;
};

/// A state in words: "Waiting", "GPU 1 · step 12/30", "Done".
QString stateText(const RowState& state);

}  // namespace fanlight::ui

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(80) NOT NULL
);
CREATE SEQUENCE public.auth_group_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_group_id_seq OWNED BY public.auth_group.id;
CREATE TABLE public.auth_group_permissions (
    id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE public.auth_group_permissions_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_group_permissions_id_seq OWNED BY public.auth_group_permissions.id;
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
CREATE SEQUENCE public.auth_permission_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_permission_id_seq OWNED BY public.auth_permission.id;
CREATE TABLE public.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(30) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);
CREATE TABLE public.auth_user_groups (
    id integer NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);
CREATE SEQUENCE public.auth_user_groups_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_user_groups_id_seq OWNED BY public.auth_user_groups.id;
CREATE SEQUENCE public.auth_user_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_user_id_seq OWNED BY public.auth_user.id;
CREATE TABLE public.auth_user_user_permissions (
    id integer NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE public.auth_user_user_permissions_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_user_user_permissions_id_seq OWNED BY public.auth_user_user_permissions.id;
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
CREATE SEQUENCE public.django_content_type_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.django_content_type_id_seq OWNED BY public.django_content_type.id;
CREATE TABLE public.django_migrations (
    id integer NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.django_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.django_migrations_id_seq OWNED BY public.django_migrations.id;
CREATE TABLE public.django_site (
    id integer NOT NULL,
    domain character varying(100) NOT NULL,
    name character varying(50) NOT NULL
);
CREATE SEQUENCE public.django_site_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.django_site_id_seq OWNED BY public.django_site.id;
CREATE TABLE public.pinax_stripe_account (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    business_name text,
    business_url text,
    charges_enabled boolean NOT NULL,
    country character varying(2) NOT NULL,
    debit_negative_balances boolean NOT NULL,
    decline_charge_on_avs_failure boolean NOT NULL,
    decline_charge_on_cvc_failure boolean NOT NULL,
    default_currency character varying(3) NOT NULL,
    details_submitted boolean NOT NULL,
    display_name text,
    email text,
    legal_entity_address_city text,
    legal_entity_address_country text,
    legal_entity_address_line1 text,
    legal_entity_address_line2 text,
    legal_entity_address_postal_code text,
    legal_entity_address_state text,
    legal_entity_dob date,
    legal_entity_first_name text,
    legal_entity_gender text,
    legal_entity_last_name text,
    legal_entity_maiden_name text,
    legal_entity_personal_id_number_provided boolean NOT NULL,
    legal_entity_phone_number text,
    legal_entity_ssn_last_4_provided boolean NOT NULL,
    legal_entity_type text,
    legal_entity_verification_details text,
    legal_entity_verification_details_code text,
    legal_entity_verification_document text,
    legal_entity_verification_status text,
    type text,
    metadata text,
    stripe_publishable_key character varying(100),
    product_description text,
    statement_descriptor text,
    support_email text,
    support_phone text,
    timezone text,
    tos_acceptance_date date,
    tos_acceptance_ip text,
    tos_acceptance_user_agent text,
    payout_schedule_weekly_anchor text,
    payout_statement_descriptor text,
    payouts_enabled boolean NOT NULL,
    verification_disabled_reason text,
    verification_due_by timestamp with time zone,
    verification_timestamp timestamp with time zone,
    verification_fields_needed text,
    authorized boolean NOT NULL,
    user_id integer,
    payout_schedule_delay_days smallint,
    payout_schedule_interval character varying(7),
    payout_schedule_monthly_anchor smallint,
    CONSTRAINT pinax_stripe_account_payout_schedule_delay_days_check CHECK ((payout_schedule_delay_days >= 0)),
    CONSTRAINT pinax_stripe_account_payout_schedule_monthly_anchor_check CHECK ((payout_schedule_monthly_anchor >= 0))
);
CREATE SEQUENCE public.pinax_stripe_account_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_account_id_seq OWNED BY public.pinax_stripe_account.id;
CREATE TABLE public.pinax_stripe_bankaccount (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    account_holder_name text NOT NULL,
    account_holder_type text NOT NULL,
    bank_name text,
    country text NOT NULL,
    currency text NOT NULL,
    default_for_currency boolean NOT NULL,
    fingerprint text NOT NULL,
    last4 character varying(4) NOT NULL,
    metadata text,
    routing_number text NOT NULL,
    status text NOT NULL,
    account_id integer NOT NULL
);
CREATE SEQUENCE public.pinax_stripe_bankaccount_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_bankaccount_id_seq OWNED BY public.pinax_stripe_bankaccount.id;
CREATE TABLE public.pinax_stripe_bitcoinreceiver (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    active boolean NOT NULL,
    amount numeric(9,2) NOT NULL,
    amount_received numeric(9,2) NOT NULL,
    bitcoin_amount integer NOT NULL,
    bitcoin_amount_received integer NOT NULL,
    bitcoin_uri text NOT NULL,
    currency character varying(10) NOT NULL,
    description text NOT NULL,
    email text NOT NULL,
    filled boolean NOT NULL,
    inbound_address text NOT NULL,
    payment text NOT NULL,
    refund_address text NOT NULL,
    uncaptured_funds boolean NOT NULL,
    used_for_payment boolean NOT NULL,
    customer_id integer NOT NULL,
    CONSTRAINT pinax_stripe_bitcoinreceiver_bitcoin_amount_check CHECK ((bitcoin_amount >= 0)),
    CONSTRAINT pinax_stripe_bitcoinreceiver_bitcoin_amount_received_check CHECK ((bitcoin_amount_received >= 0))
);
CREATE SEQUENCE public.pinax_stripe_bitcoinreceiver_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_bitcoinreceiver_id_seq OWNED BY public.pinax_stripe_bitcoinreceiver.id;
CREATE TABLE public.pinax_stripe_card (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    name text NOT NULL,
    address_line_1 text NOT NULL,
    address_line_1_check character varying(15) NOT NULL,
    address_line_2 text NOT NULL,
    address_city text NOT NULL,
    address_state text NOT NULL,
    address_country text NOT NULL,
    address_zip text NOT NULL,
    address_zip_check character varying(15) NOT NULL,
    brand text NOT NULL,
    country character varying(2) NOT NULL,
    cvc_check character varying(15) NOT NULL,
    dynamic_last4 character varying(4) NOT NULL,
    tokenization_method character varying(15) NOT NULL,
    exp_month integer NOT NULL,
    exp_year integer NOT NULL,
    funding character varying(15) NOT NULL,
    last4 character varying(4) NOT NULL,
    fingerprint text NOT NULL,
    customer_id integer NOT NULL
);
CREATE SEQUENCE public.pinax_stripe_card_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_card_id_seq OWNED BY public.pinax_stripe_card.id;
CREATE TABLE public.pinax_stripe_charge (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    source character varying(100) NOT NULL,
    currency character varying(10) NOT NULL,
    amount numeric(9,2),
    amount_refunded numeric(9,2),
    description text NOT NULL,
    paid boolean,
    disputed boolean,
    refunded boolean,
    captured boolean,
    receipt_sent boolean NOT NULL,
    charge_created timestamp with time zone,
    customer_id integer,
    invoice_id integer,
    available boolean NOT NULL,
    available_on timestamp with time zone,
    fee numeric(9,2),
    fee_currency character varying(10),
    transfer_group text,
    outcome text
);
CREATE SEQUENCE public.pinax_stripe_charge_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_charge_id_seq OWNED BY public.pinax_stripe_charge.id;
CREATE TABLE public.pinax_stripe_coupon (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    amount_off numeric(9,2),
    currency character varying(10) NOT NULL,
    duration character varying(10) NOT NULL,
    duration_in_months integer,
    livemode boolean NOT NULL,
    max_redemptions integer,
    metadata text,
    percent_off integer,
    redeem_by timestamp with time zone,
    times_redeemed integer,
    valid boolean NOT NULL,
    CONSTRAINT pinax_stripe_coupon_duration_in_months_check CHECK ((duration_in_months >= 0)),
    CONSTRAINT pinax_stripe_coupon_max_redemptions_check CHECK ((max_redemptions >= 0)),
    CONSTRAINT pinax_stripe_coupon_percent_off_check CHECK ((percent_off >= 0)),
    CONSTRAINT pinax_stripe_coupon_times_redeemed_check CHECK ((times_redeemed >= 0))
);
CREATE SEQUENCE public.pinax_stripe_coupon_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_coupon_id_seq OWNED BY public.pinax_stripe_coupon.id;
CREATE TABLE public.pinax_stripe_customer (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    account_balance numeric(9,2),
    currency character varying(10) NOT NULL,
    delinquent boolean NOT NULL,
    default_source text NOT NULL,
    date_purged timestamp with time zone,
    user_id integer,
    stripe_account_id integer
);
CREATE SEQUENCE public.pinax_stripe_customer_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_customer_id_seq OWNED BY public.pinax_stripe_customer.id;
CREATE TABLE public.pinax_stripe_event (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    kind character varying(250) NOT NULL,
    livemode boolean NOT NULL,
    webhook_message text NOT NULL,
    validated_message text,
    valid boolean,
    processed boolean NOT NULL,
    request character varying(100) NOT NULL,
    pending_webhooks integer NOT NULL,
    api_version character varying(100) NOT NULL,
    customer_id integer,
    stripe_account_id integer,
    CONSTRAINT pinax_stripe_event_pending_webhooks_check CHECK ((pending_webhooks >= 0))
);
CREATE SEQUENCE public.pinax_stripe_event_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_event_id_seq OWNED BY public.pinax_stripe_event.id;
CREATE TABLE public.pinax_stripe_eventprocessingexception (
    id integer NOT NULL,
    data text NOT NULL,
    message character varying(500) NOT NULL,
    traceback text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    event_id integer
);
CREATE SEQUENCE public.pinax_stripe_eventprocessingexception_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_eventprocessingexception_id_seq OWNED BY public.pinax_stripe_eventprocessingexception.id;
CREATE TABLE public.pinax_stripe_invoice (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    amount_due numeric(9,2) NOT NULL,
    attempted boolean,
    attempt_count integer,
    statement_descriptor text NOT NULL,
    currency character varying(10) NOT NULL,
    closed boolean NOT NULL,
    description text NOT NULL,
    paid boolean NOT NULL,
    receipt_number text NOT NULL,
    period_end timestamp with time zone NOT NULL,
    period_start timestamp with time zone NOT NULL,
    subtotal numeric(9,2) NOT NULL,
    total numeric(9,2) NOT NULL,
    date timestamp with time zone NOT NULL,
    webhooks_delivered_at timestamp with time zone,
    charge_id integer,
    customer_id integer NOT NULL,
    subscription_id integer,
    tax numeric(9,2),
    tax_percent numeric(9,2),
    CONSTRAINT pinax_stripe_invoice_attempt_count_check CHECK ((attempt_count >= 0))
);
CREATE SEQUENCE public.pinax_stripe_invoice_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_invoice_id_seq OWNED BY public.pinax_stripe_invoice.id;
CREATE TABLE public.pinax_stripe_invoiceitem (
    id integer NOT NULL,
    stripe_id character varying(255) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    amount numeric(9,2) NOT NULL,
    currency character varying(10) NOT NULL,
    kind character varying(25) NOT NULL,
    period_start timestamp with time zone NOT NULL,
    period_end timestamp with time zone NOT NULL,
    proration boolean NOT NULL,
    line_type character varying(50) NOT NULL,
    description character varying(200) NOT NULL,
    quantity integer,
    invoice_id integer NOT NULL,
    plan_id integer,
    subscription_id integer
);
CREATE SEQUENCE public.pinax_stripe_invoiceitem_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_invoiceitem_id_seq OWNED BY public.pinax_stripe_invoiceitem.id;
CREATE TABLE public.pinax_stripe_plan (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    amount numeric(9,2) NOT NULL,
    currency character varying(15) NOT NULL,
    "interval" character varying(15) NOT NULL,
    interval_count integer NOT NULL,
    name character varying(150) NOT NULL,
    statement_descriptor text NOT NULL,
    trial_period_days integer,
    metadata text,
    stripe_account_id integer
);
CREATE SEQUENCE public.pinax_stripe_plan_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_plan_id_seq OWNED BY public.pinax_stripe_plan.id;
CREATE TABLE public.pinax_stripe_subscription (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    application_fee_percent numeric(3,2),
    cancel_at_period_end boolean NOT NULL,
    canceled_at timestamp with time zone,
    current_period_end timestamp with time zone,
    current_period_start timestamp with time zone,
    ended_at timestamp with time zone,
    quantity integer NOT NULL,
    start timestamp with time zone NOT NULL,
    status character varying(25) NOT NULL,
    trial_end timestamp with time zone,
    trial_start timestamp with time zone,
    customer_id integer NOT NULL,
    plan_id integer NOT NULL
);
CREATE SEQUENCE public.pinax_stripe_subscription_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_subscription_id_seq OWNED BY public.pinax_stripe_subscription.id;
CREATE TABLE public.pinax_stripe_transfer (
    id integer NOT NULL,
    stripe_id character varying(191) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    amount numeric(9,2) NOT NULL,
    currency character varying(25) NOT NULL,
    status character varying(25) NOT NULL,
    date timestamp with time zone NOT NULL,
    description text,
    event_id integer,
    amount_reversed numeric(9,2),
    application_fee numeric(9,2),
    created timestamp with time zone,
    destination text,
    destination_payment text,
    failure_code text,
    failure_message text,
    livemode boolean NOT NULL,
    metadata text,
    method text,
    reversed boolean NOT NULL,
    source_transaction text,
    source_type text,
    statement_descriptor text,
    transfer_group text,
    type text,
    stripe_account_id integer
);
CREATE SEQUENCE public.pinax_stripe_transfer_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_transfer_id_seq OWNED BY public.pinax_stripe_transfer.id;
CREATE TABLE public.pinax_stripe_transferchargefee (
    id integer NOT NULL,
    amount numeric(9,2) NOT NULL,
    currency character varying(10) NOT NULL,
    application text,
    description text,
    kind character varying(150) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    transfer_id integer NOT NULL
);
CREATE SEQUENCE public.pinax_stripe_transferchargefee_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_transferchargefee_id_seq OWNED BY public.pinax_stripe_transferchargefee.id;
CREATE TABLE public.pinax_stripe_useraccount (
    id integer NOT NULL,
    account_id integer NOT NULL,
    customer_id integer NOT NULL,
    user_id integer NOT NULL
);
CREATE SEQUENCE public.pinax_stripe_useraccount_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pinax_stripe_useraccount_id_seq OWNED BY public.pinax_stripe_useraccount.id;
ALTER TABLE ONLY public.auth_group ALTER COLUMN id SET DEFAULT nextval('public.auth_group_id_seq'::regclass);
ALTER TABLE ONLY public.auth_group_permissions ALTER COLUMN id SET DEFAULT nextval('public.auth_group_permissions_id_seq'::regclass);
ALTER TABLE ONLY public.auth_permission ALTER COLUMN id SET DEFAULT nextval('public.auth_permission_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user ALTER COLUMN id SET DEFAULT nextval('public.auth_user_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user_groups ALTER COLUMN id SET DEFAULT nextval('public.auth_user_groups_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user_user_permissions ALTER COLUMN id SET DEFAULT nextval('public.auth_user_user_permissions_id_seq'::regclass);
ALTER TABLE ONLY public.django_content_type ALTER COLUMN id SET DEFAULT nextval('public.django_content_type_id_seq'::regclass);
ALTER TABLE ONLY public.django_migrations ALTER COLUMN id SET DEFAULT nextval('public.django_migrations_id_seq'::regclass);
ALTER TABLE ONLY public.django_site ALTER COLUMN id SET DEFAULT nextval('public.django_site_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_account ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_account_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_bankaccount ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_bankaccount_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_bitcoinreceiver ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_bitcoinreceiver_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_card ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_card_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_charge ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_charge_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_coupon ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_coupon_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_customer ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_customer_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_event ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_event_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_eventprocessingexception ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_eventprocessingexception_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_invoice ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_invoice_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_invoiceitem ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_invoiceitem_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_plan ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_plan_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_subscription ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_subscription_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_transfer ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_transfer_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_transferchargefee ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_transferchargefee_id_seq'::regclass);
ALTER TABLE ONLY public.pinax_stripe_useraccount ALTER COLUMN id SET DEFAULT nextval('public.pinax_stripe_useraccount_id_seq'::regclass);
INSERT INTO public.auth_permission VALUES
	(1, 'Can add permission', 1, 'add_permission'),
	(2, 'Can change permission', 1, 'change_permission'),
	(3, 'Can delete permission', 1, 'delete_permission'),
	(4, 'Can view permission', 1, 'view_permission'),
	(5, 'Can add group', 2, 'add_group'),
	(6, 'Can change group', 2, 'change_group'),
	(7, 'Can delete group', 2, 'delete_group'),
	(8, 'Can view group', 2, 'view_group'),
	(9, 'Can add user', 3, 'add_user'),
	(10, 'Can change user', 3, 'change_user'),
	(11, 'Can delete user', 3, 'delete_user'),
	(12, 'Can view user', 3, 'view_user'),
	(13, 'Can add content type', 4, 'add_contenttype'),
	(14, 'Can change content type', 4, 'change_contenttype'),
	(15, 'Can delete content type', 4, 'delete_contenttype'),
	(16, 'Can view content type', 4, 'view_contenttype'),
	(17, 'Can add site', 5, 'add_site'),
	(18, 'Can change site', 5, 'change_site'),
	(19, 'Can delete site', 5, 'delete_site'),
	(20, 'Can view site', 5, 'view_site'),
	(21, 'Can add bitcoin receiver', 6, 'add_bitcoinreceiver'),
	(22, 'Can change bitcoin receiver', 6, 'change_bitcoinreceiver'),
	(23, 'Can delete bitcoin receiver', 6, 'delete_bitcoinreceiver'),
	(24, 'Can view bitcoin receiver', 6, 'view_bitcoinreceiver'),
	(25, 'Can add card', 7, 'add_card'),
	(26, 'Can change card', 7, 'change_card'),
	(27, 'Can delete card', 7, 'delete_card'),
	(28, 'Can view card', 7, 'view_card'),
	(29, 'Can add charge', 8, 'add_charge'),
	(30, 'Can change charge', 8, 'change_charge'),
	(31, 'Can delete charge', 8, 'delete_charge'),
	(32, 'Can view charge', 8, 'view_charge'),
	(33, 'Can add customer', 9, 'add_customer'),
	(34, 'Can change customer', 9, 'change_customer'),
	(35, 'Can delete customer', 9, 'delete_customer'),
	(36, 'Can view customer', 9, 'view_customer'),
	(37, 'Can add event', 10, 'add_event'),
	(38, 'Can change event', 10, 'change_event'),
	(39, 'Can delete event', 10, 'delete_event'),
	(40, 'Can view event', 10, 'view_event'),
	(41, 'Can add event processing exception', 11, 'add_eventprocessingexception'),
	(42, 'Can change event processing exception', 11, 'change_eventprocessingexception'),
	(43, 'Can delete event processing exception', 11, 'delete_eventprocessingexception'),
	(44, 'Can view event processing exception', 11, 'view_eventprocessingexception'),
	(45, 'Can add invoice', 12, 'add_invoice'),
	(46, 'Can change invoice', 12, 'change_invoice'),
	(47, 'Can delete invoice', 12, 'delete_invoice'),
	(48, 'Can view invoice', 12, 'view_invoice'),
	(49, 'Can add invoice item', 13, 'add_invoiceitem'),
	(50, 'Can change invoice item', 13, 'change_invoiceitem'),
	(51, 'Can delete invoice item', 13, 'delete_invoiceitem'),
	(52, 'Can view invoice item', 13, 'view_invoiceitem'),
	(53, 'Can add plan', 14, 'add_plan'),
	(54, 'Can change plan', 14, 'change_plan'),
	(55, 'Can delete plan', 14, 'delete_plan'),
	(56, 'Can view plan', 14, 'view_plan'),
	(57, 'Can add subscription', 15, 'add_subscription'),
	(58, 'Can change subscription', 15, 'change_subscription'),
	(59, 'Can delete subscription', 15, 'delete_subscription'),
	(60, 'Can view subscription', 15, 'view_subscription'),
	(61, 'Can add transfer', 16, 'add_transfer'),
	(62, 'Can change transfer', 16, 'change_transfer'),
	(63, 'Can delete transfer', 16, 'delete_transfer'),
	(64, 'Can view transfer', 16, 'view_transfer'),
	(65, 'Can add transfer charge fee', 17, 'add_transferchargefee'),
	(66, 'Can change transfer charge fee', 17, 'change_transferchargefee'),
	(67, 'Can delete transfer charge fee', 17, 'delete_transferchargefee'),
	(68, 'Can view transfer charge fee', 17, 'view_transferchargefee'),
	(69, 'Can add coupon', 18, 'add_coupon'),
	(70, 'Can change coupon', 18, 'change_coupon'),
	(71, 'Can delete coupon', 18, 'delete_coupon'),
	(72, 'Can view coupon', 18, 'view_coupon'),
	(73, 'Can add account', 19, 'add_account'),
	(74, 'Can change account', 19, 'change_account'),
	(75, 'Can delete account', 19, 'delete_account'),
	(76, 'Can view account', 19, 'view_account'),
	(77, 'Can add bank account', 20, 'add_bankaccount'),
	(78, 'Can change bank account', 20, 'change_bankaccount'),
	(79, 'Can delete bank account', 20, 'delete_bankaccount'),
	(80, 'Can view bank account', 20, 'view_bankaccount'),
	(81, 'Can add user account', 21, 'add_useraccount'),
	(82, 'Can change user account', 21, 'change_useraccount'),
	(83, 'Can delete user account', 21, 'delete_useraccount'),
	(84, 'Can view user account', 21, 'view_useraccount');
INSERT INTO public.auth_user VALUES
	(1, '!', NULL, false, 'ada', '', '', 'ada@example.com', false, true, '2018-05-01 12:00:00+00');
INSERT INTO public.django_content_type VALUES
	(1, 'auth', 'permission'),
	(2, 'auth', 'group'),
	(3, 'auth', 'user'),
	(4, 'contenttypes', 'contenttype'),
	(5, 'sites', 'site'),
	(6, 'pinax_stripe', 'bitcoinreceiver'),
	(7, 'pinax_stripe', 'card'),
	(8, 'pinax_stripe', 'charge'),
	(9, 'pinax_stripe', 'customer'),
	(10, 'pinax_stripe', 'event'),
	(11, 'pinax_stripe', 'eventprocessingexception'),
	(12, 'pinax_stripe', 'invoice'),
	(13, 'pinax_stripe', 'invoiceitem'),
	(14, 'pinax_stripe', 'plan'),
	(15, 'pinax_stripe', 'subscription'),
	(16, 'pinax_stripe', 'transfer'),
	(17, 'pinax_stripe', 'transferchargefee'),
	(18, 'pinax_stripe', 'coupon'),
	(19, 'pinax_stripe', 'account'),
	(20, 'pinax_stripe', 'bankaccount'),
	(21, 'pinax_stripe', 'useraccount');
INSERT INTO public.django_migrations VALUES
	(1, 'contenttypes', '0001_initial', '2026-11-27 18:57:59.966525+00'),
	(2, 'contenttypes', '0002_remove_content_type_name', '2026-11-27 18:57:59.976323+00'),
	(3, 'auth', '0001_initial', '2026-11-27 18:58:00.057963+00'),
	(4, 'auth', '0002_alter_permission_name_max_length', '2026-11-27 18:58:00.072336+00'),
	(5, 'auth', '0003_alter_user_email_max_length', '2026-11-27 18:58:00.083564+00'),
	(6, 'auth', '0004_alter_user_username_opts', '2026-11-27 18:58:00.091045+00'),
	(7, 'auth', '0005_alter_user_last_login_null', '2026-11-27 18:58:00.097426+00'),
	(8, 'auth', '0006_require_contenttypes_0002', '2026-11-27 18:58:00.09918+00'),
	(9, 'auth', '0007_alter_validators_add_error_messages', '2026-11-27 18:58:00.106095+00'),
	(10, 'auth', '0008_alter_user_username_max_length', '2026-11-27 18:58:00.118077+00'),
	(11, 'auth', '0009_alter_user_last_name_max_length', '2026-11-27 18:58:00.127204+00'),
	(12, 'pinax_stripe', '0001_initial', '2026-11-27 18:58:00.464114+00'),
	(13, 'pinax_stripe', '0002_auto_20151205_1451', '2026-11-27 18:58:00.479421+00'),
	(14, 'pinax_stripe', '0003_make_cvc_check_blankable', '2026-11-27 18:58:00.491418+00'),
	(15, 'pinax_stripe', '0004_plan_metadata', '2026-11-27 18:58:00.497347+00'),
	(16, 'pinax_stripe', '0005_auto_20161006_1445', '2026-11-27 18:58:00.507496+00'),
	(17, 'pinax_stripe', '0006_coupon', '2026-11-27 18:58:00.520716+00'),
	(18, 'pinax_stripe', '0007_auto_20170108_1202', '2026-11-27 18:58:00.54112+00'),
	(19, 'pinax_stripe', '0008_auto_20170509_1736', '2026-11-27 18:58:00.568538+00'),
	(20, 'pinax_stripe', '0009_auto_20170825_1841', '2026-11-27 18:58:00.588016+00'),
	(21, 'pinax_stripe', '0010_connect', '2026-11-27 18:58:01.133439+00'),
	(22, 'pinax_stripe', '0011_auto_20171121_1648', '2026-11-27 18:58:01.172053+00'),
	(23, 'pinax_stripe', '0011_auto_20171123_2016', '2026-11-27 18:58:01.489206+00'),
	(24, 'pinax_stripe', '0014_blank_with_null', '2026-11-27 18:58:01.883741+00'),
	(25, 'pinax_stripe', '0013_charge_outcome', '2026-11-27 18:58:01.893854+00'),
	(26, 'pinax_stripe', '0014_auto_20180413_1959', '2026-11-27 18:58:01.902231+00'),
	(27, 'sites', '0001_initial', '2026-11-27 18:58:01.905891+00'),
	(28, 'sites', '0002_alter_domain_unique', '2026-11-27 18:58:01.909861+00');
INSERT INTO public.django_site VALUES
	(1, 'example.com', 'example.com');
INSERT INTO public.pinax_stripe_account VALUES
	(1, 'acct_1', '2018-05-01 12:00:00+00', NULL, NULL, false, 'DE', false, false, false, 'eur', false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, false, NULL, NULL, NULL, NULL, NULL, 'standard', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, NULL, NULL, NULL, true, 1, NULL, NULL, NULL);
INSERT INTO public.pinax_stripe_charge VALUES
	(1, 'ch_1', '2018-05-01 12:00:00+00', '', 'eur', 15.00, NULL, 'Gold — May', true, NULL, NULL, NULL, false, '2018-05-01 12:00:00+00', 1, NULL, false, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.pinax_stripe_customer VALUES
	(1, 'cus_1', '2018-05-01 12:00:00+00', NULL, 'eur', false, '', NULL, 1, NULL);
INSERT INTO public.pinax_stripe_event VALUES
	(1, 'evt_1', '2018-05-01 12:00:00+00', 'invoice.paid', true, '{"id":"evt_1","type":"invoice.paid"}', '{"id":"evt_1"}', true, true, '', 0, '2018-02-28', 1, NULL);
INSERT INTO public.pinax_stripe_eventprocessingexception VALUES
	(1, '', 'late', '', '2018-05-01 12:00:00+00', 1);
INSERT INTO public.pinax_stripe_invoice VALUES
	(1, 'in_1', '2018-05-01 12:00:00+00', 15.00, NULL, NULL, '', 'eur', false, '', true, '', '2018-05-01 12:00:00+00', '2018-05-01 12:00:00+00', 15.00, 15.00, '2018-05-01 12:00:00+00', NULL, 1, 1, 1, NULL, NULL);
INSERT INTO public.pinax_stripe_invoiceitem VALUES
	(1, 'ii_1', '2018-05-01 12:00:00+00', 15.00, 'eur', 'subscription', '2018-05-01 12:00:00+00', '2018-05-01 12:00:00+00', false, '', '', NULL, 1, 1, 1);
INSERT INTO public.pinax_stripe_plan VALUES
	(1, 'gold', '2018-05-01 12:00:00+00', 15.00, 'eur', 'month', 1, 'Gold', '', NULL, NULL, NULL);
INSERT INTO public.pinax_stripe_subscription VALUES
	(1, 'sub_1', '2018-05-01 12:00:00+00', NULL, false, NULL, NULL, NULL, NULL, 1, '2018-05-01 12:00:00+00', 'active', NULL, NULL, 1, 1);
SELECT pg_catalog.setval('public.auth_group_id_seq', 1, false);
SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1, false);
SELECT pg_catalog.setval('public.auth_permission_id_seq', 84, true);
SELECT pg_catalog.setval('public.auth_user_groups_id_seq', 1, false);
SELECT pg_catalog.setval('public.auth_user_id_seq', 1, false);
SELECT pg_catalog.setval('public.auth_user_user_permissions_id_seq', 1, false);
SELECT pg_catalog.setval('public.django_content_type_id_seq', 21, true);
SELECT pg_catalog.setval('public.django_migrations_id_seq', 28, true);
SELECT pg_catalog.setval('public.django_site_id_seq', 1, true);
SELECT pg_catalog.setval('public.pinax_stripe_account_id_seq', 1, true);
SELECT pg_catalog.setval('public.pinax_stripe_bankaccount_id_seq', 1, false);
SELECT pg_catalog.setval('public.pinax_stripe_bitcoinreceiver_id_seq', 1, false);
SELECT pg_catalog.setval('public.pinax_stripe_card_id_seq', 1, false);
SELECT pg_catalog.setval('public.pinax_stripe_charge_id_seq', 1, true);
SELECT pg_catalog.setval('public.pinax_stripe_coupon_id_seq', 1, false);
SELECT pg_catalog.setval('public.pinax_stripe_customer_id_seq', 1, true);
SELECT pg_catalog.setval('public.pinax_stripe_event_id_seq', 1, true);
SELECT pg_catalog.setval('public.pinax_stripe_eventprocessingexception_id_seq', 1, true);
SELECT pg_catalog.setval('public.pinax_stripe_invoice_id_seq', 1, true);
SELECT pg_catalog.setval('public.pinax_stripe_invoiceitem_id_seq', 1, true);
SELECT pg_catalog.setval('public.pinax_stripe_plan_id_seq', 1, true);
SELECT pg_catalog.setval('public.pinax_stripe_subscription_id_seq', 1, true);
SELECT pg_catalog.setval('public.pinax_stripe_transfer_id_seq', 1, false);
SELECT pg_catalog.setval('public.pinax_stripe_transferchargefee_id_seq', 1, false);
SELECT pg_catalog.setval('public.pinax_stripe_useraccount_id_seq', 1, false);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_site
    ADD CONSTRAINT django_site_domain_a2e37b91_uniq UNIQUE (domain);
ALTER TABLE ONLY public.django_site
    ADD CONSTRAINT django_site_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_account
    ADD CONSTRAINT pinax_stripe_account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_account
    ADD CONSTRAINT pinax_stripe_account_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_bankaccount
    ADD CONSTRAINT pinax_stripe_bankaccount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_bankaccount
    ADD CONSTRAINT pinax_stripe_bankaccount_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_bitcoinreceiver
    ADD CONSTRAINT pinax_stripe_bitcoinreceiver_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_bitcoinreceiver
    ADD CONSTRAINT pinax_stripe_bitcoinreceiver_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_card
    ADD CONSTRAINT pinax_stripe_card_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_card
    ADD CONSTRAINT pinax_stripe_card_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_charge
    ADD CONSTRAINT pinax_stripe_charge_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_charge
    ADD CONSTRAINT pinax_stripe_charge_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_coupon
    ADD CONSTRAINT pinax_stripe_coupon_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_coupon
    ADD CONSTRAINT pinax_stripe_coupon_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_customer
    ADD CONSTRAINT pinax_stripe_customer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_customer
    ADD CONSTRAINT pinax_stripe_customer_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_customer
    ADD CONSTRAINT pinax_stripe_customer_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.pinax_stripe_event
    ADD CONSTRAINT pinax_stripe_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_event
    ADD CONSTRAINT pinax_stripe_event_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_eventprocessingexception
    ADD CONSTRAINT pinax_stripe_eventprocessingexception_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_invoice
    ADD CONSTRAINT pinax_stripe_invoice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_invoice
    ADD CONSTRAINT pinax_stripe_invoice_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_invoiceitem
    ADD CONSTRAINT pinax_stripe_invoiceitem_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_plan
    ADD CONSTRAINT pinax_stripe_plan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_plan
    ADD CONSTRAINT pinax_stripe_plan_stripe_id_stripe_account_id_8d1c65ce_uniq UNIQUE (stripe_id, stripe_account_id);
ALTER TABLE ONLY public.pinax_stripe_subscription
    ADD CONSTRAINT pinax_stripe_subscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_subscription
    ADD CONSTRAINT pinax_stripe_subscription_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_transfer
    ADD CONSTRAINT pinax_stripe_transfer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_transfer
    ADD CONSTRAINT pinax_stripe_transfer_stripe_id_key UNIQUE (stripe_id);
ALTER TABLE ONLY public.pinax_stripe_transferchargefee
    ADD CONSTRAINT pinax_stripe_transferchargefee_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_useraccount
    ADD CONSTRAINT pinax_stripe_useraccount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pinax_stripe_useraccount
    ADD CONSTRAINT pinax_stripe_useraccount_user_id_account_id_2aafaa9f_uniq UNIQUE (user_id, account_id);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX auth_user_groups_group_id_97559544 ON public.auth_user_groups USING btree (group_id);
CREATE INDEX auth_user_groups_user_id_6a12ed8b ON public.auth_user_groups USING btree (user_id);
CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON public.auth_user_user_permissions USING btree (permission_id);
CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON public.auth_user_user_permissions USING btree (user_id);
CREATE INDEX auth_user_username_6821ab7c_like ON public.auth_user USING btree (username varchar_pattern_ops);
CREATE INDEX django_site_domain_a2e37b91_like ON public.django_site USING btree (domain varchar_pattern_ops);
CREATE INDEX pinax_stripe_account_stripe_id_0f7a39e1_like ON public.pinax_stripe_account USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_account_user_id_fdb04b38 ON public.pinax_stripe_account USING btree (user_id);
CREATE INDEX pinax_stripe_bankaccount_account_id_c01689ae ON public.pinax_stripe_bankaccount USING btree (account_id);
CREATE INDEX pinax_stripe_bankaccount_stripe_id_67c91bae_like ON public.pinax_stripe_bankaccount USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_bitcoinreceiver_customer_id_39d40560 ON public.pinax_stripe_bitcoinreceiver USING btree (customer_id);
CREATE INDEX pinax_stripe_bitcoinreceiver_stripe_id_76e24039_like ON public.pinax_stripe_bitcoinreceiver USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_card_customer_id_bb30b7ec ON public.pinax_stripe_card USING btree (customer_id);
CREATE INDEX pinax_stripe_card_stripe_id_4ebbb559_like ON public.pinax_stripe_card USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_charge_customer_id_a370a8b8 ON public.pinax_stripe_charge USING btree (customer_id);
CREATE INDEX pinax_stripe_charge_invoice_id_bb6e58e0 ON public.pinax_stripe_charge USING btree (invoice_id);
CREATE INDEX pinax_stripe_charge_stripe_id_ef4c5691_like ON public.pinax_stripe_charge USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_coupon_stripe_id_71f4e338_like ON public.pinax_stripe_coupon USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_customer_stripe_account_id_d94b6a9c ON public.pinax_stripe_customer USING btree (stripe_account_id);
CREATE INDEX pinax_stripe_customer_stripe_id_e898d16b_like ON public.pinax_stripe_customer USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_event_customer_id_c1c71259 ON public.pinax_stripe_event USING btree (customer_id);
CREATE INDEX pinax_stripe_event_stripe_account_id_afc92228 ON public.pinax_stripe_event USING btree (stripe_account_id);
CREATE INDEX pinax_stripe_event_stripe_id_7f64ee28_like ON public.pinax_stripe_event USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_eventprocessingexception_event_id_be3f2eed ON public.pinax_stripe_eventprocessingexception USING btree (event_id);
CREATE INDEX pinax_stripe_invoice_charge_id_eb59524b ON public.pinax_stripe_invoice USING btree (charge_id);
CREATE INDEX pinax_stripe_invoice_customer_id_7ae23cf9 ON public.pinax_stripe_invoice USING btree (customer_id);
CREATE INDEX pinax_stripe_invoice_stripe_id_a7a98045_like ON public.pinax_stripe_invoice USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_invoice_subscription_id_d5917133 ON public.pinax_stripe_invoice USING btree (subscription_id);
CREATE INDEX pinax_stripe_invoiceitem_invoice_id_76f586b7 ON public.pinax_stripe_invoiceitem USING btree (invoice_id);
CREATE INDEX pinax_stripe_invoiceitem_plan_id_749f3d51 ON public.pinax_stripe_invoiceitem USING btree (plan_id);
CREATE INDEX pinax_stripe_invoiceitem_subscription_id_5931b291 ON public.pinax_stripe_invoiceitem USING btree (subscription_id);
CREATE INDEX pinax_stripe_plan_stripe_account_id_2294bdb0 ON public.pinax_stripe_plan USING btree (stripe_account_id);
CREATE INDEX pinax_stripe_subscription_customer_id_b2fa12eb ON public.pinax_stripe_subscription USING btree (customer_id);
CREATE INDEX pinax_stripe_subscription_plan_id_245fbbc7 ON public.pinax_stripe_subscription USING btree (plan_id);
CREATE INDEX pinax_stripe_subscription_stripe_id_34883282_like ON public.pinax_stripe_subscription USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_transfer_event_id_775b2242 ON public.pinax_stripe_transfer USING btree (event_id);
CREATE INDEX pinax_stripe_transfer_stripe_account_id_a69a50fc ON public.pinax_stripe_transfer USING btree (stripe_account_id);
CREATE INDEX pinax_stripe_transfer_stripe_id_89e1dac1_like ON public.pinax_stripe_transfer USING btree (stripe_id varchar_pattern_ops);
CREATE INDEX pinax_stripe_transferchargefee_transfer_id_a29e5837 ON public.pinax_stripe_transferchargefee USING btree (transfer_id);
CREATE INDEX pinax_stripe_useraccount_account_id_1655aa5d ON public.pinax_stripe_useraccount USING btree (account_id);
CREATE INDEX pinax_stripe_useraccount_customer_id_e0ac1772 ON public.pinax_stripe_useraccount USING btree (customer_id);
CREATE INDEX pinax_stripe_useraccount_user_id_770b7951 ON public.pinax_stripe_useraccount USING btree (user_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_account
    ADD CONSTRAINT pinax_stripe_account_user_id_fdb04b38_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_bankaccount
    ADD CONSTRAINT pinax_stripe_bankacc_account_id_c01689ae_fk_pinax_str FOREIGN KEY (account_id) REFERENCES public.pinax_stripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_bitcoinreceiver
    ADD CONSTRAINT pinax_stripe_bitcoin_customer_id_39d40560_fk_pinax_str FOREIGN KEY (customer_id) REFERENCES public.pinax_stripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_card
    ADD CONSTRAINT pinax_stripe_card_customer_id_bb30b7ec_fk_pinax_str FOREIGN KEY (customer_id) REFERENCES public.pinax_stripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_charge
    ADD CONSTRAINT pinax_stripe_charge_customer_id_a370a8b8_fk_pinax_str FOREIGN KEY (customer_id) REFERENCES public.pinax_stripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_charge
    ADD CONSTRAINT pinax_stripe_charge_invoice_id_bb6e58e0_fk_pinax_str FOREIGN KEY (invoice_id) REFERENCES public.pinax_stripe_invoice(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_customer
    ADD CONSTRAINT pinax_stripe_custome_stripe_account_id_d94b6a9c_fk_pinax_str FOREIGN KEY (stripe_account_id) REFERENCES public.pinax_stripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_customer
    ADD CONSTRAINT pinax_stripe_customer_user_id_ae4f84ed_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_event
    ADD CONSTRAINT pinax_stripe_event_customer_id_c1c71259_fk_pinax_str FOREIGN KEY (customer_id) REFERENCES public.pinax_stripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_event
    ADD CONSTRAINT pinax_stripe_event_stripe_account_id_afc92228_fk_pinax_str FOREIGN KEY (stripe_account_id) REFERENCES public.pinax_stripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_eventprocessingexception
    ADD CONSTRAINT pinax_stripe_eventpr_event_id_be3f2eed_fk_pinax_str FOREIGN KEY (event_id) REFERENCES public.pinax_stripe_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_invoice
    ADD CONSTRAINT pinax_stripe_invoice_charge_id_eb59524b_fk_pinax_str FOREIGN KEY (charge_id) REFERENCES public.pinax_stripe_charge(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_invoice
    ADD CONSTRAINT pinax_stripe_invoice_customer_id_7ae23cf9_fk_pinax_str FOREIGN KEY (customer_id) REFERENCES public.pinax_stripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_invoiceitem
    ADD CONSTRAINT pinax_stripe_invoice_invoice_id_76f586b7_fk_pinax_str FOREIGN KEY (invoice_id) REFERENCES public.pinax_stripe_invoice(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_invoiceitem
    ADD CONSTRAINT pinax_stripe_invoice_plan_id_749f3d51_fk_pinax_str FOREIGN KEY (plan_id) REFERENCES public.pinax_stripe_plan(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_invoiceitem
    ADD CONSTRAINT pinax_stripe_invoice_subscription_id_5931b291_fk_pinax_str FOREIGN KEY (subscription_id) REFERENCES public.pinax_stripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_invoice
    ADD CONSTRAINT pinax_stripe_invoice_subscription_id_d5917133_fk_pinax_str FOREIGN KEY (subscription_id) REFERENCES public.pinax_stripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_plan
    ADD CONSTRAINT pinax_stripe_plan_stripe_account_id_2294bdb0_fk_pinax_str FOREIGN KEY (stripe_account_id) REFERENCES public.pinax_stripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_subscription
    ADD CONSTRAINT pinax_stripe_subscri_customer_id_b2fa12eb_fk_pinax_str FOREIGN KEY (customer_id) REFERENCES public.pinax_stripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_subscription
    ADD CONSTRAINT pinax_stripe_subscri_plan_id_245fbbc7_fk_pinax_str FOREIGN KEY (plan_id) REFERENCES public.pinax_stripe_plan(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_transfer
    ADD CONSTRAINT pinax_stripe_transfe_event_id_775b2242_fk_pinax_str FOREIGN KEY (event_id) REFERENCES public.pinax_stripe_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_transfer
    ADD CONSTRAINT pinax_stripe_transfe_stripe_account_id_a69a50fc_fk_pinax_str FOREIGN KEY (stripe_account_id) REFERENCES public.pinax_stripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_transferchargefee
    ADD CONSTRAINT pinax_stripe_transfe_transfer_id_a29e5837_fk_pinax_str FOREIGN KEY (transfer_id) REFERENCES public.pinax_stripe_transfer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_useraccount
    ADD CONSTRAINT pinax_stripe_useracc_account_id_1655aa5d_fk_pinax_str FOREIGN KEY (account_id) REFERENCES public.pinax_stripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_useraccount
    ADD CONSTRAINT pinax_stripe_useracc_customer_id_e0ac1772_fk_pinax_str FOREIGN KEY (customer_id) REFERENCES public.pinax_stripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.pinax_stripe_useraccount
    ADD CONSTRAINT pinax_stripe_useraccount_user_id_770b7951_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
